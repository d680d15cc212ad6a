import type { RequestHandler } from 'express';
import type { Provider } from 'oidc-provider';
import { textOf } from '../json.js';
import type { Tenant } from './tenant.js';

/**
 * Accepts JWTs with `/userinfo` as an audience, like Auth0. oidc-provider accepts only opaque tokens, so an opaque
 * token with the same scope replaces the JWT.
 */
export function jwtAtUserinfo(tenant: Tenant, provider: Provider): RequestHandler {
  return async (request, _response, next) => {
    const [, token = ''] = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(request.headers.authorization ?? '') ?? [];
    const opaque = token === '' ? undefined : await opaqueTokenOf(token, tenant, provider);
    if (opaque !== undefined) request.headers.authorization = `Bearer ${opaque}`;
    next();
  };
}

async function opaqueTokenOf(
  token: string,
  { issuer, logins, signingKey }: Tenant,
  provider: Provider,
): Promise<string | undefined> {
  const claims = await signingKey.verify(token, issuer);
  if (typeof claims === 'string' || ![claims.aud].flat().includes(`${issuer}userinfo`)) return undefined;
  const client = await provider.Client.find(textOf(claims['azp']));
  if (!client) return undefined;
  const [accountId, scope] = [textOf(claims.sub), textOf(claims['scope'])];
  const grant = new provider.Grant({ clientId: client.clientId, accountId });
  grant.addOIDCScope(scope);
  const grantId = await grant.save();
  const login = logins.find(token);
  if (login) logins.link(grantId, login);
  return new provider.AccessToken({ accountId, client, grantId, gty: 'userinfo', scope }).save();
}
