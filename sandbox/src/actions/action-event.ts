import type { JsonObject } from '../json.js';
import { toJsonObject } from '../json.js';
import type { LoginTransaction, RequestFacts } from '../tenant/login-transaction.js';
import { words } from '../words.js';
import { currentIdentity, type SandboxUser } from '../tenant/user.js';

/** What the tenant knows besides the login itself. */
export interface EventSurroundings {
  readonly hostname: string;
  readonly secrets: Readonly<Record<string, string>>;
  readonly clientName: string;
  readonly nowIso: string;
}

/** The `event` of a post-login Action, in the shape that Auth0 documents. It is made anew for each phase. */
export function actionEvent(
  transaction: LoginTransaction,
  user: SandboxUser,
  request: RequestFacts,
  surroundings: EventSurroundings,
): JsonObject {
  return toJsonObject({
    authentication: { methods: [{ name: 'pwd', timestamp: user.last_login }] },
    authorization: { roles: [] },
    client: { client_id: transaction.clientId, name: surroundings.clientName, metadata: {} },
    configuration: {},
    connection: {
      id: 'con_sandbox00000001',
      name: user.connection,
      strategy: currentIdentity(user)?.provider,
      metadata: {},
    },
    request: requestOf(request),
    resource_server: resourceServerOf(transaction),
    secrets: surroundings.secrets,
    session: sessionOf(transaction, user, surroundings),
    stats: { logins_count: user.logins_count },
    tenant: { id: surroundings.hostname.split('.')[0] },
    transaction: transactionOf(transaction),
    user: userOf(user),
  });
}

function requestOf(request: RequestFacts): Record<string, unknown> {
  return {
    ...{ method: request.method, hostname: request.hostname, ip: request.ip },
    ...{ language: request.language, user_agent: request.userAgent },
    ...{ query: request.query, body: request.body, geoip: {} },
  };
}

function resourceServerOf({ parameters }: LoginTransaction): Record<string, unknown> | undefined {
  return typeof parameters['audience'] === 'string' ? { identifier: parameters['audience'] } : undefined;
}

function sessionOf(
  transaction: LoginTransaction,
  user: SandboxUser,
  { nowIso }: EventSurroundings,
): Record<string, unknown> {
  return {
    id: transaction.sessionId,
    created_at: user.last_login,
    updated_at: nowIso,
    authenticated_at: user.last_login,
    clients: [{ client_id: transaction.clientId }],
  };
}

function transactionOf({ parameters, metadata, locale }: LoginTransaction): Record<string, unknown> {
  return {
    acr_values: words(parameters['acr_values']),
    linking_id: undefined,
    locale,
    login_hint: parameters['login_hint'],
    metadata,
    prompt: words(parameters['prompt']),
    protocol: 'oidc-basic-profile',
    redirect_uri: parameters['redirect_uri'],
    requested_scopes: words(parameters['scope']),
    response_mode: parameters['response_mode'],
    response_type: words(parameters['response_type']),
    state: parameters['state'],
    ui_locales: words(parameters['ui_locales']),
  };
}

const USER_MEMBERS = [
  ...['user_id', 'email', 'email_verified', 'username', 'phone_number', 'phone_verified', 'name', 'given_name'],
  ...['family_name', 'nickname', 'picture', 'created_at', 'updated_at', 'last_password_reset', 'app_metadata'],
  'user_metadata',
];

function userOf(user: SandboxUser): Record<string, unknown> {
  const members = Object.entries(user).filter(([name]) => USER_MEMBERS.includes(name));
  const identities = user.identities.map((identity) => ({ ...identity, userId: identity.user_id }));
  return { ...Object.fromEntries(members), identities, multifactor: [] };
}
