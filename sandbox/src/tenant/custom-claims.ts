import type { AccountClaims, Provider } from 'oidc-provider';
import { isRecord, type JsonObject } from '../json.js';
import type { SandboxUser } from './users.js';

/** Under this key an account's claims carry what Actions set, past oidc-provider's list of known claim names. */
const CUSTOM = Symbol('custom claims');

/** Everything the tenant says of a user; the scope decides what of it gets into a token. */
export function accountClaims(user: SandboxUser, custom: JsonObject): AccountClaims {
  const claims = {
    ...{ sub: user.userId, email: user.email, email_verified: true },
    ...{ name: user.name, nickname: user.nickname, picture: user.picture, updated_at: user.updatedAt },
    [CUSTOM]: custom,
  };
  return claims;
}

/**
 * oidc-provider drops every claim whose name it was not told at start. An Action may use any name, so the claims it set
 * are put back after that filter, in the id token and in the answer of the userinfo endpoint alike.
 */
export function passCustomClaims(provider: Provider): void {
  class ClaimsWithCustom extends provider.Claims {
    override async result(): Promise<Record<string, unknown>> {
      const available: unknown = Reflect.get(this, 'available');
      const custom: unknown = isRecord(available) ? Reflect.get(available, CUSTOM) : undefined;
      return { ...(await super.result()), ...(isRecord(custom) ? custom : {}) };
    }
  }
  Object.defineProperty(provider, 'Claims', { value: ClaimsWithCustom });
}
