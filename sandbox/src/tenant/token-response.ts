import type { Client, Grant, KoaContextWithOIDC, Provider } from 'oidc-provider';
import { textOf } from '../json.js';
import { spaceSeparated } from '../space-separated.js';
import { apiOf } from './apis.js';
import { accountClaims, loginClaims } from './custom-claims.js';
import type { Tenant } from './tenant.js';
import type { SandboxUser } from '../directory/user.js';

interface TokenSource {
  readonly accountId: string;
  readonly client: Client;
  readonly grantId: string;
  readonly gty: string;
  readonly scope: string;
}

export interface TokenOwner {
  readonly user: SandboxUser;
  /** The grant with the Actions' changes. */
  readonly grant: Grant;
  /** Short name of the grant type. */
  readonly gty: string;
  /** `false` issues no refresh token, regardless of the scope. */
  readonly canRefresh?: boolean;
}

/** Creates tokens for requests that oidc-provider does not support. */
export async function tokenResponse(
  ctx: KoaContextWithOIDC,
  provider: Provider,
  tenant: Tenant,
  { user, grant, gty, canRefresh = true }: TokenOwner,
): Promise<Record<string, unknown>> {
  const { client, params = {} } = ctx.oidc;
  if (!client) throw new Error('The client of a token request is known by now.');
  const [scope, audience] = [textOf(params['scope']), textOf(params['audience'])];
  if (audience) grant.addResourceScope(audience, scope);
  const source = { accountId: user.user_id, client, grantId: await grant.save(), gty, scope };
  const hasRefreshToken = canRefresh && spaceSeparated(scope).includes('offline_access');
  return {
    ...(await accessTokenOf(ctx, provider, source, audience)),
    ...(spaceSeparated(scope).includes('openid')
      ? { id_token: await idTokenOf(ctx, provider, user, source, tenant) }
      : {}),
    ...(hasRefreshToken ? { refresh_token: await refreshTokenOf(ctx, provider, source, audience) } : {}),
  };
}

async function accessTokenOf(ctx: KoaContextWithOIDC, provider: Provider, source: TokenSource, audience: string) {
  const token = new provider.AccessToken({ ...source });
  if (audience) token.resourceServer = new provider.ResourceServer(audience, apiOf(audience, source.scope));
  ctx.oidc.entity('AccessToken', token);
  const { scope } = source;
  return { access_token: await token.save(), expires_in: token.expiration, token_type: 'Bearer', scope };
}

async function idTokenOf(
  ctx: KoaContextWithOIDC,
  provider: Provider,
  user: SandboxUser,
  { grantId, scope }: TokenSource,
  tenant: Tenant,
): Promise<string> {
  const claims = accountClaims(user, loginClaims('id_token', grantId, tenant.logins));
  const token = new provider.IdToken(claims, { ctx });
  Object.assign(token, { scope });
  return token.issue({ use: 'idtoken' });
}

async function refreshTokenOf(
  ctx: KoaContextWithOIDC,
  provider: Provider,
  source: TokenSource,
  audience: string,
): Promise<string> {
  const token = new provider.RefreshToken({ ...source, ...(audience ? { resource: audience } : {}) });
  ctx.oidc.entity('RefreshToken', token);
  return token.save();
}
