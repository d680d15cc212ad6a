import type { ResourceServer } from 'oidc-provider';

/** Every audience is valid, and its access tokens are JWTs. */
export function apiOf(audience: string, scope: string): ResourceServer {
  return { audience, scope, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } } };
}
