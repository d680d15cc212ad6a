import { toJsonObject, type JsonObject } from '../json.js';
import type { ActionDefinition } from '../definition/tenant-definition.js';
import { REDIRECTING_HANDLERS } from '../definition/trigger-handlers.js';
import type { SandboxUser } from '../directory/user.js';
import type { LoginTransaction } from '../logins/login-transaction.js';
import type { SandboxRefreshToken } from '../logins/refresh-tokens.js';
import type { RequestFacts } from '../logins/request-facts.js';
import type { SandboxSession } from '../logins/sessions.js';
import {
  clientOf,
  connectionOf,
  FINGERPRINTS,
  requestOf,
  tenantIdOf,
  transactionOf,
  userOf,
  type EventSources,
} from './event-parts.js';
import type { RedirectingTrigger } from './redirecting-trigger.js';

/** Builds the `event` that Auth0 documents. Each handler gets a new one. */
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

export const POST_LOGIN: RedirectingTrigger = {
  name: 'post-login',
  ...REDIRECTING_HANDLERS['post-login'],
  event: postLoginEvent,
};

/** No risk: the user on a known device. */
const RISK = {
  confidence: 'high',
  version: '1',
  assessments: {
    ImpossibleTravel: { code: 'minimal_travel_from_last_login', confidence: 'high' },
    NewDevice: { code: 'match', confidence: 'high', details: { device: 'known', useragent: 'known' } },
    UntrustedIP: { code: 'not_found_on_deny_list', confidence: 'high' },
  },
};

function sessionOf(session: SandboxSession): Record<string, unknown> {
  const { initial, latest } = session;
  return {
    ...{ id: session.id, user_id: session.userId, created_at: session.createdAt, updated_at: session.updatedAt },
    ...{ authenticated_at: session.authenticatedAt, last_interacted_at: session.updatedAt },
    expires_at: dateText(session.expiresAt),
    idle_expires_at: dateText(session.idleExpiresAt),
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
    ...{ created_at: dateText(token.createdAt), expires_at: dateText(token.expiresAt) },
    idle_expires_at: dateText(token.idleExpiresAt),
    last_exchanged_at: lastExchangedAt === undefined ? undefined : dateText(lastExchangedAt),
    device: {
      ...{ initial_ip: initial.ip, initial_user_agent: initial.userAgent },
      ...{ last_ip: latest.ip, last_user_agent: latest.userAgent },
    },
    ...{ metadata, resource_servers: [], rotating: token.rotating },
  };
}

/** Limits times to the range of `Date`. */
function dateText(milliseconds: number): string {
  const LAST = 8_640_000_000_000_000;
  return new Date(Math.max(-LAST, Math.min(milliseconds, LAST))).toISOString();
}
