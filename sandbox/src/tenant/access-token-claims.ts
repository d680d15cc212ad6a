import type { AccessToken, ClientCredentials, JWTStructured, KoaContextWithOIDC } from 'oidc-provider';
import { spaceSeparated } from '../space-separated.js';

/**
 * Adds Auth0's header and claims (Auth0: Access Token Profiles, "Auth0 profile").
 *
 * @param userinfo The address of `/userinfo`: the second audience of a token with the scope `openid`.
 */
export function accessTokenClaims(userinfo: string) {
  return (_ctx: KoaContextWithOIDC, token: AccessToken | ClientCredentials, structured: JWTStructured): void => {
    const { client_id: _client, jti: _jti, ...payload } = structured.payload;
    const { kind, clientId, scope } = token;
    const isService = kind === 'ClientCredentials';
    structured.header = { ...structured.header, typ: 'JWT' };
    structured.payload = {
      ...payload,
      azp: clientId,
      // Actions may have changed the scope since.
      ...(isService ? { scope: scope || undefined, sub: `${clientId}@clients`, gty: 'client-credentials' } : {}),
      ...(spaceSeparated(scope).includes('openid') ? { aud: [payload['aud'], userinfo].flat() } : {}),
    };
  };
}
