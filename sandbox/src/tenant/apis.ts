import type { ResourceServer } from 'oidc-provider';

/** Returns an API that access tokens are for: any audience is one, and its tokens are JWTs. */
export function apiOf(audience: string, scope: string): ResourceServer {
  return { audience, scope, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } } };
}
