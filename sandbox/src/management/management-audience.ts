import type { KoaContextWithOIDC } from 'oidc-provider';

const OBJECTS = [
  ...['users', 'users_app_metadata', 'user_idp_tokens', 'roles', 'role_members', 'organizations'],
  ...['organization_members', 'organization_member_roles', 'connections', 'clients', 'client_keys', 'sessions'],
  ...['refresh_tokens', 'authentication_methods', 'user_tickets', 'groups', 'logs', 'logs_users', 'grants'],
];

/** A service that requests no scopes receives all, because this tenant is local. */
const MANAGEMENT_SCOPES: readonly string[] = OBJECTS.flatMap((name) =>
  ['read', 'create', 'update', 'delete'].map((verb) => `${verb}:${name}`),
);

/** Scopes for users (Auth0: "Get Management API access tokens for single-page apps"). */
const CURRENT_USER_SCOPES = [
  ...['read:current_user', 'update:current_user_identities', 'create:current_user_metadata'],
  ...['update:current_user_metadata', 'delete:current_user_metadata'],
  ...['create:current_user_device_credentials', 'delete:current_user_device_credentials'],
];

/** Accepts the API of this tenant, with or without the port, and of any Auth0 domain. */
export function isManagementAudience(audience: unknown, hostname: string): boolean {
  if (typeof audience !== 'string' || !URL.canParse(audience)) return false;
  const { protocol, hostname: host, pathname, search, hash } = new URL(audience);
  const isWeb = ['http:', 'https:'].includes(protocol) && pathname === '/api/v2/' && search === '' && hash === '';
  return isWeb && (host === hostname || host === 'localhost' || host === '127.0.0.1' || host.endsWith('.auth0.com'));
}

/** Returns the requested scopes that are allowed. */
export function managementScope(ctx: KoaContextWithOIDC, requested: string): string {
  const { params } = ctx.oidc;
  if (params?.['grant_type'] !== 'client_credentials') return CURRENT_USER_SCOPES.join(' ');
  // Without requested scopes, Auth0 grants all scopes of the client grant.
  if (requested === '') params['scope'] = MANAGEMENT_SCOPES.join(' ');
  return requested || MANAGEMENT_SCOPES.join(' ');
}
