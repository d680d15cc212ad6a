import type { ApiFacts, CacheRecord } from '../execution/execution.js';
import { isJsonObject, isRecord, textOf, toJsonObject, type JsonObject } from '../json.js';
import { Connections } from '../directory/connections.js';
import type { LoginTransaction } from '../logins/login-transaction.js';
import type { RequestFacts } from '../logins/request-facts.js';
import { LoginTransactions } from '../logins/login-transactions.js';
import { RefreshTokens } from '../logins/refresh-tokens.js';
import { Sessions } from '../logins/sessions.js';
import type { TriggerName, UserDefinition } from '../definition/tenant-definition.js';
import type { SandboxUser } from '../directory/user.js';
import { NamedDirectory } from '../directory/named-directory.js';
import { UserDirectory } from '../directory/users.js';
import { Masker } from '../transactions/mask.js';
import { TransactionLog } from '../transactions/transaction-log.js';
import { defaultEvent } from './default-event.js';
import { merged } from './merged.js';
import type { ContinueActionOptions, RunActionOptions } from './run-action-options.js';

const HOSTNAME = 'tenant.localhost';
const CACHE_MS = 15 * 60_000;

const ADA: UserDefinition = {
  ...{ email: 'ada@example.com', name: 'Ada Lovelace', given_name: 'Ada', family_name: 'Lovelace' },
  ...{ created_at: '2024-01-01T00:00:00.000Z', logins_count: 1 },
};

const AUTHORIZE = {
  ...{ client_id: 'test-app', redirect_uri: 'https://app.example/callback', response_type: 'code' },
  ...{ scope: 'openid profile email', state: 'state-of-the-app' },
};

/** The login exists only for one execution. */
export interface TestLogin {
  readonly transaction: LoginTransaction;
  readonly users: UserDirectory;
  readonly user: SandboxUser;
  readonly sessions: Sessions;
  readonly refreshTokens: RefreshTokens;
  readonly event: JsonObject;
  readonly facts: ApiFacts;
}

/** Uses parts of a tenant, so that the event is the same as in the sandbox. */
export function testLogin(options: ContinueActionOptions, trigger: TriggerName = 'post-login'): TestLogin {
  const { after, secrets = {}, configuration = {} } = options;
  const nowMs = Number(options.now ?? Date.now());
  const now = (): number => nowMs;
  const connections = new Connections();
  const users = new UserDirectory(now, [{ ...ADA, ...options.user }], connections);
  const [user] = users.list();
  if (!user) throw new Error('A new directory has the user it was made with.');
  const request = requestFacts({ query: { ...AUTHORIZE, ...options.authorize } });
  const sessions = new Sessions(now);
  const refreshTokens = new RefreshTokens(now);
  const transaction = beginLogin(user, request, sessions);
  Object.assign(transaction.metadata, options.metadata);
  const sources = {
    ...{ hostname: HOSTNAME, issuer: `https://${HOSTNAME}/`, definition: {}, connections },
    client: (clientId: string) => ({ clientId, name: 'Test app', callbacks: [] }),
  };
  const action = { name: '', file: '', secrets, configuration };
  const built = defaultEvent(trigger, { transaction, user, request, action, sources });
  const event = toJsonObject(merged(after ? carriedOver(after, options) : built, options.event ?? {}));
  carryIntoLogin(event, options, transaction, user);
  const facts = {
    ...{ issuer: HOSTNAME, nowMs, canRedirect: transaction.canRedirect },
    ...{ cache: cacheOf({ ...after?.cache, ...options.cache }, nowMs) },
    ...{ roles: new NamedDirectory('rol').named(rolesIn(event)), groups: new NamedDirectory('grp').named(user.groups) },
  };
  return { transaction, users, user, sessions, refreshTokens, event, facts };
}

export function requestFacts(facts: Partial<RequestFacts>): RequestFacts {
  return {
    ...{ method: 'GET', ip: '127.0.0.1', hostname: HOSTNAME, userAgent: 'Mozilla/5.0', language: 'en' },
    ...{ query: {}, body: {}, ...facts },
  };
}

function beginLogin(user: SandboxUser, request: RequestFacts, sessions: Sessions): LoginTransaction {
  const transaction = new LoginTransactions(new TransactionLog(Date.now), new Masker([])).begin(request);
  transaction.user = user;
  transaction.locale = 'en';
  transaction.session = sessions.visit('session-of-the-test', user.user_id, transaction.clientId, request);
  sessions.authenticated(transaction.session, 'pwd');
  return transaction;
}

/** Keeps the event of the run that redirected, with overrides. */
function carriedOver(
  { event, user, transaction }: NonNullable<ContinueActionOptions['after']>,
  { secrets, configuration, metadata }: RunActionOptions,
): Record<string, unknown> {
  return {
    ...merged(event, { user, transaction: { metadata: { ...transaction.metadata, ...metadata } } }),
    ...(secrets ? { secrets } : {}),
    ...(configuration ? { configuration } : {}),
  };
}

/** Copies overrides of the event, so that calls of the Action change them. */
function carryIntoLogin(
  event: JsonObject,
  { after }: ContinueActionOptions,
  transaction: LoginTransaction,
  user: SandboxUser,
): void {
  user.app_metadata = objectIn(event, 'user', 'app_metadata');
  user.user_metadata = objectIn(event, 'user', 'user_metadata');
  Object.assign(transaction.metadata, objectIn(event, 'transaction', 'metadata'));
  if (!after) return;
  Object.assign(transaction.idTokenClaims, after.idToken.claims);
  Object.assign(transaction.accessTokenClaims, after.accessToken.claims);
  for (const scope of after.accessToken.addedScopes) transaction.addedScopes.add(scope);
  for (const scope of after.accessToken.removedScopes) transaction.removedScopes.add(scope);
}

function cacheOf(given: NonNullable<RunActionOptions['cache']>, nowMs: number): Record<string, CacheRecord> {
  const records = Object.entries(given).map(([key, record]) => [
    key,
    typeof record === 'string' ? { value: record, expires_at: nowMs + CACHE_MS } : record,
  ]);
  return Object.fromEntries(records);
}

function objectIn(event: JsonObject, member: string, name: string): JsonObject {
  const part = event[member];
  const value = isJsonObject(part) ? part[name] : undefined;
  return isJsonObject(value) ? structuredClone(value) : {};
}

function rolesIn({ authorization }: JsonObject): string[] {
  const roles: unknown = isRecord(authorization) ? authorization['roles'] : undefined;
  return Array.isArray(roles) ? roles.map(textOf) : [];
}
