import { randomBytes } from 'node:crypto';
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { oidcErrorPage } from '../pages/error-page.js';
import { accessTokenClaims } from './access-token-claims.js';
import { apiOf } from './apis.js';
import { authorizeRefusal, keepRecord } from './authorize-refusal.js';
import { clientMetadata, isOriginOf, RESPONSE_TYPES } from '../directory/clients.js';
import { textOf } from '../json.js';
import { isManagementAudience, managementScope } from '../management/management-audience.js';
import { exchangeCredentials, isServiceToken } from './credentials-exchange.js';
import { accountOf } from './custom-claims.js';
import { newGrant } from './grants.js';
import { loginThenActions } from './interaction-policy.js';
import { authorizeFacts } from './request-facts.js';
import { logoutPage } from '../pages/logout-page.js';
import { MemoryAdapter } from './memory-adapter.js';
import { organizationClaims } from '../directory/organizations.js';
import { runRefreshActions } from './refresh-exchange.js';
import { REFRESH_TOKEN_LIFETIME } from '../logins/refresh-tokens.js';
import { SESSION_LIFETIME } from '../logins/sessions.js';
import type { Tenant } from './tenant.js';

/** Makes oidc-provider behave like an Auth0 tenant. */
export function providerConfiguration(tenant: Tenant): Configuration {
  return {
    adapter: MemoryAdapter,
    clients: tenant.clients.map(clientMetadata),
    jwks: { keys: [tenant.signingKey.jwk()] },
    cookies: { keys: [randomBytes(32).toString('hex')] },
    // Auth0's paths. Discovery has the path of OpenID Connect.
    routes: {
      authorization: '/authorize',
      token: '/oauth/token',
      userinfo: '/userinfo',
      jwks: '/.well-known/jwks.json',
      revocation: '/oauth/revoke',
      end_session: '/oidc/logout',
    },
    interactions: {
      policy: loginThenActions(tenant),
      url: (ctx, interaction) => {
        beginLogin(ctx, interaction, tenant);
        return `/u/login/${interaction.uid}`;
      },
    },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: true, logoutSource: (ctx, form) => void (ctx.body = logoutPage(form)) },
      clientCredentials: { enabled: true },
      resourceIndicators: resourceIndicators(tenant),
      revocation: { enabled: true },
      // Silent logins in an iframe need this mode.
      webMessageResponseMode: { enabled: true, ack: 'individual-draft-01' },
    },
    extraParams: ['audience', 'connection', 'organization', 'screen_hint'],
    formats: { customizers: { jwt: accessTokenClaims(`${tenant.issuer}userinfo`) } },
    pkce: { required: () => false },
    // Auth0 puts profile and email into the id token itself.
    conformIdTokenClaims: false,
    claims: {
      openid: ['sub'],
      profile: ['name', 'given_name', 'family_name', 'nickname', 'picture', 'updated_at'],
      email: ['email', 'email_verified'],
      phone: ['phone_number', 'phone_number_verified'],
    },
    responseTypes: [...RESPONSE_TYPES],
    ttl: {
      // Auth0: Update Access Token Lifetime.
      AccessToken: (_ctx, { gty }) => (gty === 'implicit' ? 7200 : 86_400),
      AuthorizationCode: 60,
      ClientCredentials: 86_400,
      Grant: REFRESH_TOKEN_LIFETIME.absoluteMs / 1000,
      IdToken: 36_000,
      Interaction: 3600,
      RefreshToken: REFRESH_TOKEN_LIFETIME.absoluteMs / 1000,
      Session: SESSION_LIFETIME.absoluteMs / 1000,
    },
    rotateRefreshToken: (ctx) => runRefreshActions(ctx, tenant),
    loadExistingGrant: newGrant,
    findAccount: (ctx, id, token) => {
      const user = tenant.users.find(id);
      const grantId = token && 'grantId' in token ? token.grantId : undefined;
      return user && accountOf(user, tenant.logins, () => grantId ?? ctx.oidc.entities.Grant?.jti);
    },
    extraTokenClaims: (ctx, token) => {
      if (isServiceToken(token)) return exchangeCredentials(tenant, ctx, token);
      const login = 'grantId' in token ? tenant.logins.find(token.grantId) : undefined;
      return login && { ...login.accessTokenClaims, ...organizationClaims(login.organization) };
    },
    clientBasedCORS: (_ctx, origin, client) => isOriginOf(tenant.sources.client(client.clientId), origin),
    renderError: (ctx, out, error) => {
      const { description, facts } = authorizeRefusal(ctx, error, tenant);
      const { error: code, error_description: own = error.message } = out;
      ctx.type = 'html';
      ctx.body = oidcErrorPage(code, code === 'server_error' ? own : description, facts);
    },
  };
}

/** Acts only at the first interaction: later ones have the same `cid`. */
function beginLogin(ctx: KoaContextWithOIDC, interaction: object, { hostname, logins }: Tenant): void {
  const cid = textOf(Reflect.get(interaction, 'cid'));
  if (logins.find(cid)) return;
  const login = logins.begin(authorizeFacts(ctx, hostname));
  keepRecord(ctx, login.record);
  logins.link(cid, login);
}

/** Auth0's `audience` is OAuth's `resource` (RFC 8707): with it, the access token is a JWT. */
function resourceIndicators({ hostname }: Tenant) {
  return {
    enabled: true,
    defaultResource: (ctx: KoaContextWithOIDC) => {
      // oidc-provider drops unknown parameters of a token request.
      const audience = ctx.oidc.params?.['audience'] ?? ctx.oidc.body?.['audience'];
      return typeof audience === 'string' && URL.canParse(audience) ? audience : [];
    },
    useGrantedResource: () => true,
    getResourceServerInfo: (ctx: KoaContextWithOIDC, audience: string) =>
      apiOf(audience, isManagementAudience(audience, hostname) ? managementScope(ctx, anyScope(ctx)) : anyScope(ctx)),
  };
}

/** Every API has the requested scopes, or the scopes granted with the code or the refresh token. */
function anyScope(ctx: KoaContextWithOIDC): string {
  const { AuthorizationCode: code, RefreshToken: token } = ctx.oidc.entities;
  return [textOf(ctx.oidc.params?.['scope']), code?.scope ?? '', token?.scope ?? ''].join(' ').trim();
}
