import type { ClientMetadata } from 'oidc-provider';
import type { JsonObject } from '../json.js';

/** An app that may log its users in at the tenant. */
export interface SandboxClient {
  readonly clientId: string;
  /** Absent for a public app (single-page or native), which uses PKCE instead. */
  readonly clientSecret?: string;
  readonly name: string;
  readonly callbacks: readonly string[];
  /** The allowed grant types. Default: all that it supports. */
  readonly grantTypes?: readonly string[];
  /** `event.client.metadata`. */
  readonly metadata?: JsonObject;
}

/** Grant types with which an app sends a user's password itself (Auth0: Resource Owner Password Flow). */
export const PASSWORD_GRANTS = ['password', 'http://auth0.com/oauth/grant-type/password-realm'];

/** The supported response types (Auth0: OIDC discovery), except `token` alone, which oidc-provider does not support. */
export const RESPONSE_TYPES = [
  ...(['code', 'id_token', 'code id_token', 'id_token token', 'code token', 'code id_token token'] as const),
];

/** The grant type of Auth0's Custom Token Exchange (RFC 8693). */
export const TOKEN_EXCHANGE_GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange';

/** Returns the client's metadata for oidc-provider. */
export function clientMetadata(client: SandboxClient): ClientMetadata {
  const authentication = client.clientSecret
    ? ({ client_secret: client.clientSecret, token_endpoint_auth_method: 'client_secret_post' } as const)
    : ({ token_endpoint_auth_method: 'none' } as const);
  const grantTypes = grantTypesOf(client);
  return {
    client_id: client.clientId,
    client_name: client.name,
    ...authentication,
    application_type: client.callbacks.every(isWeb) ? 'web' : 'native',
    // oidc-provider adds this grant type for the response types. If it is named here, oidc-provider rejects callbacks over http.
    grant_types: grantTypes.filter((type) => type !== IMPLICIT),
    response_types: RESPONSE_TYPES.filter((types) =>
      types.split(' ').every((type) => grantTypes.includes(GRANT_OF[type] ?? IMPLICIT)),
    ),
    redirect_uris: [...client.callbacks],
    post_logout_redirect_uris: returnAddresses(client),
  };
}

const IMPLICIT = 'implicit';

/** The grant type that a client needs for a part of a response type. */
const GRANT_OF: Readonly<Record<string, string>> = { code: 'authorization_code', id_token: IMPLICIT, token: IMPLICIT };

/** Returns the grant types that the client supports, limited to those that the tenant file allows. */
function grantTypesOf({ callbacks, clientSecret, grantTypes }: SandboxClient): string[] {
  const possible = [
    ...(callbacks.length > 0 ? ['authorization_code', IMPLICIT] : []),
    ...['refresh_token', ...PASSWORD_GRANTS, TOKEN_EXCHANGE_GRANT],
    ...(clientSecret ? ['client_credentials'] : []),
  ];
  return possible.filter((type) => grantTypes?.includes(type) ?? true);
}

/** Returns the addresses allowed after a logout: the origin of each callback, with and without the slash. */
export function returnAddresses(client: SandboxClient): string[] {
  return originsOf(client).flatMap((origin) => [origin, `${origin}/`]);
}

/** Returns the origins of a client's own pages. */
export function originsOf({ callbacks }: SandboxClient): string[] {
  return [...new Set(callbacks.filter(isWeb).map((callback) => new URL(callback).origin))];
}

/** Returns true for an origin whose scripts may request tokens: one of the client's own pages. */
export function isOriginOf(client: SandboxClient | undefined, origin: string): boolean {
  return client !== undefined && originsOf(client).includes(origin);
}

/** Returns what is wrong with a callback, or undefined. */
export function callbackProblem(callback: string): string | undefined {
  // A host with a port is a valid URL too, whose scheme is the name of the host.
  if (!URL.canParse(callback) || /^[\w.-]+:\d/.test(callback)) {
    return `The callback "${callback}" is not a URL with its scheme, such as http://localhost:3000/callback.`;
  }
  const { hash, protocol } = new URL(callback);
  if (hash !== '' || callback.endsWith('#'))
    return `The callback "${callback}" has a fragment. Remove "#" and the rest.`;
  const isScript = ['javascript:', 'data:', 'vbscript:', 'file:', 'blob:', 'about:'].includes(protocol);
  return isScript ? `The callback "${callback}" has a scheme that is not allowed.` : undefined;
}

function isWeb(callback: string): boolean {
  return /^https?:\/\//i.test(callback);
}
