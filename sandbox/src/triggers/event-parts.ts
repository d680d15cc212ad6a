import type { TenantDefinition } from '../definition/tenant-definition.js';
import type { SandboxClient } from '../directory/clients.js';
import type { Connection, Connections } from '../directory/connections.js';
import { currentIdentity, type SandboxUser } from '../directory/user.js';
import type { LoginTransaction } from '../logins/login-transaction.js';
import type { RequestFacts } from '../logins/request-facts.js';
import { spaceSeparated } from '../space-separated.js';

/** Facts of the tenant. */
export interface EventSources {
  /** A bare host name. */
  readonly hostname: string;
  /** The `iss` of tokens, with a slash at the end. */
  readonly issuer: string;
  readonly definition: TenantDefinition;
  readonly connections: Connections;
  readonly client: (clientId: string) => SandboxClient | undefined;
}

/** The default location, because the sandbox looks up no addresses. */
const GEOIP = {
  ...{ cityName: 'Springfield', continentCode: 'NA', countryCode: 'US', countryCode3: 'USA' },
  ...{ countryName: 'United States of America', latitude: 39.8, longitude: -89.6 },
  ...{ subdivisionCode: 'IL', subdivisionName: 'Illinois', timeZone: 'America/Chicago' },
};

/** Made-up fingerprints of a TLS client. */
export const FINGERPRINTS = { ja3: '773906b0efdefa24a7f2b8eb6985bf37', ja4: 't13d1516h2_8daaf6152771_b186095e22b6' };

/** At Auth0, the name is the first label of the domain. */
export function tenantIdOf({ definition, hostname }: Pick<EventSources, 'definition' | 'hostname'>): string {
  return definition.name ?? hostname.split('.')[0] ?? hostname;
}

export function clientOf(clientId: string, { client }: Pick<EventSources, 'client'>): Record<string, unknown> {
  const found = client(clientId);
  return { client_id: clientId, name: found?.name ?? clientId, metadata: found?.metadata ?? {} };
}

/** Returns the connection of the latest login. */
export function connectionOf(user: SandboxUser, { connections }: Pick<EventSources, 'connections'>): Connection {
  return connections.orGuess(currentIdentity(user)?.connection ?? user.connection);
}

export function connectionNamed(name: string, { connections }: Pick<EventSources, 'connections'>): Connection {
  return connections.orGuess(name);
}

export function requestOf(request: RequestFacts, { geoip = GEOIP }: TenantDefinition): Record<string, unknown> {
  return {
    ...{ method: request.method, hostname: request.hostname, ip: request.ip },
    ...{ language: request.language, user_agent: request.userAgent },
    ...{ query: request.query, body: request.body, geoip },
  };
}

/** Contains all members that a trigger may show. */
export function transactionOf(transaction: LoginTransaction): Record<string, unknown> {
  const { locale, metadata, parameters, record } = transaction;
  return {
    id: record.id,
    acr_values: spaceSeparated(parameters['acr_values']),
    correlation_id: parameters['correlation_id'],
    actor: transaction.actor,
    locale,
    login_hint: parameters['login_hint'],
    metadata,
    prompt: spaceSeparated(parameters['prompt']),
    protocol: transaction.protocol,
    redirect_uri: parameters['redirect_uri'],
    requested_authorization_details: [],
    requested_scopes: spaceSeparated(parameters['scope']),
    response_mode: parameters['response_mode'],
    response_type: spaceSeparated(parameters['response_type']),
    state: parameters['state'],
    ui_locales: spaceSeparated(parameters['ui_locales']),
  };
}

/** Actions see these members. */
export const USER_MEMBERS = [
  ...['user_id', 'email', 'email_verified', 'username', 'phone_number', 'phone_verified', 'name', 'given_name'],
  ...['family_name', 'nickname', 'picture', 'created_at', 'updated_at', 'last_password_reset', 'app_metadata'],
  'user_metadata',
];

export function userOf(user: SandboxUser): Record<string, unknown> {
  return {
    email_verified: false,
    ...picked({ ...user }, USER_MEMBERS),
    enrolledFactors: user.enrolled_factors.map((type) => ({ type })),
    identities: user.identities.map((identity) => ({ ...identity, userId: identity.user_id })),
    multifactor: user.enrolled_factors.length > 0 ? ['guardian'] : [],
  };
}

export function picked(values: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)));
}

/** Some triggers have no query or no body. */
export function requestWithout(
  request: Readonly<Record<string, unknown>>,
  ...absent: readonly ('query' | 'body')[]
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(request).filter(([name]) => !absent.some((one) => one === name)));
}
