import { toJsonObject, type JsonObject } from '../json.js';
import type { SandboxClient } from '../tenant/clients.js';
import type { Connection, Connections } from '../tenant/connections.js';
import type { LoginTransaction, RequestFacts } from '../tenant/login-transaction.js';
import type { SandboxRefreshToken } from '../tenant/refresh-tokens.js';
import type { SandboxSession } from '../tenant/sessions.js';
import type { ActionDefinition, TenantDefinition } from '../tenant/tenant-definition.js';
import { currentIdentity, type SandboxUser } from '../tenant/user.js';
import { words } from '../words.js';

/** What the tenant knows besides the login itself. */
export interface EventSources {
  /** A bare host name. */
  readonly hostname: string;
  /** The tenant as tokens name it, with a slash at the end. */
  readonly issuer: string;
  readonly definition: TenantDefinition;
  readonly connections: Connections;
  readonly client: (clientId: string) => SandboxClient | undefined;
}

/** Where a request seems to come from, unless the tenant file says otherwise. Nobody is looked up. */
const GEOIP = {
  ...{ cityName: 'Springfield', continentCode: 'NA', countryCode: 'US', countryCode3: 'USA' },
  ...{ countryName: 'United States of America', latitude: 39.8, longitude: -89.6 },
  ...{ subdivisionCode: 'IL', subdivisionName: 'Illinois', timeZone: 'America/Chicago' },
};

/** The `event` of a post-login Action, in the shape that Auth0 documents. It is made anew for each handler. */
export function postLoginEvent(
  transaction: LoginTransaction,
  user: SandboxUser,
  request: RequestFacts,
  action: ActionDefinition,
  sources: EventSources,
): JsonObject {
  const { refreshToken, session } = transaction;
  return toJsonObject({
    authentication: { methods: session?.methods ?? transaction.methods ?? [], riskAssessment: RISK },
    authorization: { roles: user.roles },
    client: clientOf(transaction.clientId, sources),
    configuration: action.configuration ?? {},
    connection: connectionOf(user, sources),
    organization: transaction.organization,
    prompt: transaction.prompt,
    refresh_token: refreshToken && refreshTokenOf(refreshToken, transaction.refreshTokenChanges.metadata),
    request: requestOf(request, sources.definition),
    resource_server: { identifier: transaction.parameters['audience'] ?? `${sources.issuer}userinfo` },
    secrets: action.secrets,
    security_context: FINGERPRINTS,
    session: session && sessionOf(session),
    stats: { logins_count: user.logins_count },
    tenant: { id: tenantIdOf(sources) },
    transaction: transactionOf(transaction),
    user: userOf(user),
  });
}

/** An assessment that finds nothing: the user on a known device. */
const RISK = {
  confidence: 'high',
  version: '1',
  assessments: {
    ImpossibleTravel: { code: 'minimal_travel_from_last_login', confidence: 'high' },
    NewDevice: { code: 'match', confidence: 'high', details: { device: 'known', useragent: 'known' } },
    UntrustedIP: { code: 'not_found_on_deny_list', confidence: 'high' },
  },
};

/** Made-up fingerprints of a TLS client. */
export const FINGERPRINTS = { ja3: '773906b0efdefa24a7f2b8eb6985bf37', ja4: 't13d1516h2_8daaf6152771_b186095e22b6' };

/** The tenant's name: Auth0's is the first label of its domain. */
export function tenantIdOf({ definition, hostname }: Pick<EventSources, 'definition' | 'hostname'>): string {
  return definition.name ?? hostname.split('.')[0] ?? hostname;
}

/** `event.client`. */
export function clientOf(clientId: string, { client }: Pick<EventSources, 'client'>): Record<string, unknown> {
  const found = client(clientId);
  return { client_id: clientId, name: found?.name ?? clientId, metadata: found?.metadata ?? {} };
}

/** `event.connection`: the one that the user has logged in with. */
export function connectionOf(user: SandboxUser, { connections }: Pick<EventSources, 'connections'>): Connection {
  return connections.orGuess(currentIdentity(user)?.connection ?? user.connection);
}

/** `event.connection`, by its name. */
export function connectionNamed(name: string, { connections }: Pick<EventSources, 'connections'>): Connection {
  return connections.orGuess(name);
}

/** `event.request`. */
export function requestOf(request: RequestFacts, { geoip = GEOIP }: TenantDefinition): Record<string, unknown> {
  return {
    ...{ method: request.method, hostname: request.hostname, ip: request.ip },
    ...{ language: request.language, user_agent: request.userAgent },
    ...{ query: request.query, body: request.body, geoip },
  };
}

function sessionOf(session: SandboxSession): Record<string, unknown> {
  const { initial, latest } = session;
  return {
    ...{ id: session.id, user_id: session.userId, created_at: session.createdAt, updated_at: session.updatedAt },
    ...{ authenticated_at: session.authenticatedAt, last_interacted_at: session.updatedAt },
    expires_at: isoTime(session.expiresAt),
    idle_expires_at: isoTime(session.idleExpiresAt),
    clients: [...session.clientIds].map((client_id) => ({ client_id })),
    cookie: { mode: session.cookieMode },
    device: {
      ...{ initial_ip: initial.ip, initial_user_agent: initial.userAgent },
      ...{ last_ip: latest.ip, last_user_agent: latest.userAgent },
    },
    metadata: session.metadata,
  };
}

function refreshTokenOf(token: SandboxRefreshToken, metadata: JsonObject): Record<string, unknown> {
  const { initial, latest, lastExchangedAt } = token;
  return {
    ...{ id: token.id, client_id: token.clientId, user_id: token.userId, session_id: token.sessionId },
    ...{ created_at: isoTime(token.createdAt), expires_at: isoTime(token.expiresAt) },
    idle_expires_at: isoTime(token.idleExpiresAt),
    last_exchanged_at: lastExchangedAt === undefined ? undefined : isoTime(lastExchangedAt),
    device: {
      ...{ initial_ip: initial.ip, initial_user_agent: initial.userAgent },
      ...{ last_ip: latest.ip, last_user_agent: latest.userAgent },
    },
    ...{ metadata, resource_servers: [], rotating: token.rotating },
  };
}

/** A time that no date can hold is the last one that a date can. */
function isoTime(milliseconds: number): string {
  const LAST = 8_640_000_000_000_000;
  return new Date(Math.max(-LAST, Math.min(milliseconds, LAST))).toISOString();
}

/** `event.transaction`, with all that a trigger may show of it. */
export function transactionOf(transaction: LoginTransaction): Record<string, unknown> {
  const { locale, metadata, parameters, record } = transaction;
  return {
    id: record.id,
    acr_values: words(parameters['acr_values']),
    correlation_id: parameters['correlation_id'],
    actor: transaction.actor,
    locale,
    login_hint: parameters['login_hint'],
    metadata,
    prompt: words(parameters['prompt']),
    protocol: transaction.protocol,
    redirect_uri: parameters['redirect_uri'],
    requested_authorization_details: [],
    requested_scopes: words(parameters['scope']),
    response_mode: parameters['response_mode'],
    response_type: words(parameters['response_type']),
    state: parameters['state'],
    ui_locales: words(parameters['ui_locales']),
  };
}

/** What an Action sees of a user; the rest is the tenant's own. */
const USER_MEMBERS = [
  ...['user_id', 'email', 'email_verified', 'username', 'phone_number', 'phone_verified', 'name', 'given_name'],
  ...['family_name', 'nickname', 'picture', 'created_at', 'updated_at', 'last_password_reset', 'app_metadata'],
  'user_metadata',
];

/** `event.user`. */
export function userOf(user: SandboxUser): Record<string, unknown> {
  const members = Object.entries(user).filter(([name]) => USER_MEMBERS.includes(name));
  return {
    email_verified: false,
    ...Object.fromEntries(members),
    enrolledFactors: user.enrolled_factors.map((type) => ({ type })),
    identities: user.identities.map((identity) => ({ ...identity, userId: identity.user_id })),
    multifactor: user.enrolled_factors.length > 0 ? ['guardian'] : [],
  };
}
