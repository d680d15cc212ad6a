import type { AccessToken, ClientCredentials, JWTStructured, KoaContextWithOIDC } from 'oidc-provider';

/** Gives a service's access token the claims that Auth0's have. */
export function clientTokenClaims(
  _ctx: KoaContextWithOIDC,
  { kind, clientId }: AccessToken | ClientCredentials,
  { payload }: JWTStructured,
): void {
  if (kind !== 'ClientCredentials') return;
  Object.assign(payload, { sub: `${clientId}@clients`, azp: clientId, gty: 'client-credentials' });
}
