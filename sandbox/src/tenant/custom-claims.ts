import type { Account, AccountClaims, Provider } from 'oidc-provider';
import { isRecord, type JsonObject } from '../json.js';
import type { LoginTransactions } from '../logins/login-transactions.js';
import { organizationClaims } from '../directory/organizations.js';
import type { SandboxUser } from '../directory/user.js';

/** Bypasses oidc-provider's list of known claims. */
const CUSTOM = Symbol('custom claims');

/** @param grantId Returns the id of the login's grant. The grant may be created after the account. */
export function accountOf(user: SandboxUser, logins: LoginTransactions, grantId: () => string | undefined): Account {
  return {
    accountId: user.user_id,
    claims: (use) => accountClaims(user, loginClaims(use, grantId(), logins)),
  };
}

/** The scope selects the claims of a token. */
export function accountClaims(user: SandboxUser, custom: JsonObject): AccountClaims {
  const { user_id: sub, email, email_verified, phone_number, phone_verified: phone_number_verified } = user;
  const { name, given_name, family_name, nickname, picture, updated_at } = user;
  const claims = {
    ...{ sub, email, email_verified, phone_number, phone_number_verified },
    ...{ name, given_name, family_name, nickname, picture, updated_at },
    [CUSTOM]: custom,
  };
  return claims;
}

/** Looks up the claims late, because a refresh token exchange creates them again. */
export function loginClaims(use: string, grantId: string | undefined, logins: LoginTransactions): JsonObject {
  const { idTokenClaims = {}, organization, refreshToken, session } = logins.find(grantId) ?? {};
  const sid = session?.id ?? refreshToken?.sessionId ?? '';
  return { ...idTokenClaims, ...(use === 'id_token' ? { sid } : {}), ...organizationClaims(organization) };
}

/**
 * oidc-provider drops claims that are unknown at startup, but an Action may use any name. So this function adds them
 * after the filter.
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
