import type { Account, AccountClaims, Provider } from 'oidc-provider';
import { isRecord, type JsonObject } from '../json.js';
import type { LoginTransactions } from '../logins/login-transactions.js';
import { organizationClaims } from '../directory/organizations.js';
import type { SandboxUser } from '../directory/user.js';

/** The key of custom claims in an account's claims. It bypasses oidc-provider's list of known names. */
const CUSTOM = Symbol('custom claims');

/**
 * Returns a user as an account of oidc-provider.
 *
 * @param grantId Returns the grant of the login whose claims are in the tokens. A grant may be made after the account.
 */
export function accountOf(user: SandboxUser, logins: LoginTransactions, grantId: () => string | undefined): Account {
  return {
    accountId: user.user_id,
    claims: (use) => accountClaims(user, loginClaims(use, grantId(), logins)),
  };
}

/** Returns all claims about a user. The scope decides which of them a token contains. */
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

/**
 * Returns the custom claims of a login, by its grant. They are looked up late, because the exchange of a refresh token
 * creates them again.
 */
export function loginClaims(use: string, grantId: string | undefined, logins: LoginTransactions): JsonObject {
  const { idTokenClaims = {}, organization, refreshToken, session } = logins.find(grantId) ?? {};
  const sid = session?.id ?? refreshToken?.sessionId ?? '';
  return { ...idTokenClaims, ...(use === 'id_token' ? { sid } : {}), ...organizationClaims(organization) };
}

/**
 * Adds custom claims to the id token and to the userinfo response. oidc-provider drops claims that are not configured at
 * startup, but an Action may use any name, so the claims are added after that filter.
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
