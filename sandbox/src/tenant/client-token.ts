import type { AccessToken, ClientCredentials, JWTStructured, KoaContextWithOIDC } from 'oidc-provider';

/** Gives a service's access token the claims that Auth0's have. */
export function clientTokenClaims(
  _ctx: KoaContextWithOIDC,
  { kind, clientId, scope }: AccessToken | ClientCredentials,
  { payload }: JWTStructured,
): void {
  if (kind !== 'ClientCredentials') return;
  // Actions may have changed the scope since the payload was made.
  Object.assign(payload, {
    scope: scope || undefined,
    sub: `${clientId}@clients`,
    azp: clientId,
    gty: 'client-credentials',
  });
}
