import type { ClientMetadata } from 'oidc-provider';
import type { JsonObject } from '../json.js';

export interface SandboxClient {
  readonly clientId: string;
  /** Absent for a public app, which uses PKCE instead. */
  readonly clientSecret?: string;
  readonly name: string;
  readonly callbacks: readonly string[];
  /** Default: all grant types that the app supports. */
  readonly grantTypes?: readonly string[];
  /** `event.client.metadata`. */
  readonly metadata?: JsonObject;
}

/** Grant types with the user's password (Auth0: Resource Owner Password Flow). */
export const PASSWORD_GRANTS = ['password', 'http://auth0.com/oauth/grant-type/password-realm'];

/** Auth0's response types (OIDC discovery), except `token` alone, which oidc-provider does not support. */
export const RESPONSE_TYPES = [
  ...(['code', 'id_token', 'code id_token', 'id_token token', 'code token', 'code id_token token'] as const),
];

/** Custom Token Exchange (RFC 8693). */
export const TOKEN_EXCHANGE_GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange';

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
    // oidc-provider adds the implicit grant itself. If this list contains it, oidc-provider rejects callbacks over
    // http.
    grant_types: grantTypes.filter((type) => type !== IMPLICIT),
    response_types: RESPONSE_TYPES.filter((types) =>
      types.split(' ').every((type) => grantTypes.includes(GRANT_OF[type] ?? IMPLICIT)),
    ),
    redirect_uris: [...client.callbacks],
    post_logout_redirect_uris: returnAddresses(client),
  };
}

const IMPLICIT = 'implicit';

/** The grant type for each part of a response type. */
const GRANT_OF: Readonly<Record<string, string>> = { code: 'authorization_code', id_token: IMPLICIT, token: IMPLICIT };

/** Returns the supported grant types that the tenant file allows. */
function grantTypesOf({ callbacks, clientSecret, grantTypes }: SandboxClient): string[] {
  const possible = [
    ...(callbacks.length > 0 ? ['authorization_code', IMPLICIT] : []),
    ...['refresh_token', ...PASSWORD_GRANTS, TOKEN_EXCHANGE_GRANT],
    ...(clientSecret ? ['client_credentials'] : []),
  ];
  return possible.filter((type) => grantTypes?.includes(type) ?? true);
}

/** Returns the allowed targets of a logout: each callback's origin, with and without the slash. */
export function returnAddresses(client: SandboxClient): string[] {
  return originsOf(client).flatMap((origin) => [origin, `${origin}/`]);
}

export function originsOf({ callbacks }: SandboxClient): string[] {
  return [...new Set(callbacks.filter(isWeb).map((callback) => new URL(callback).origin))];
}

/** Scripts of a client's own pages may request tokens. */
export function isOriginOf(client: SandboxClient | undefined, origin: string): boolean {
  return client !== undefined && originsOf(client).includes(origin);
}

export function callbackProblem(callback: string): string | undefined {
  // `host:port` parses as a URL, too.
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
