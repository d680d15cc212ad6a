import { toJsonObject, type Json, type JsonObject } from '../json.js';
import type { LoginTransaction } from '../logins/login-transaction.js';
import type { RequestFacts } from '../logins/request-facts.js';
import type { ActionDefinition } from '../definition/tenant-definition.js';
import { REDIRECTING_HANDLERS } from '../definition/trigger-handlers.js';
import type { SandboxUser } from '../directory/user.js';
import type { RedirectingTrigger } from './redirecting-trigger.js';
import {
  clientOf,
  connectionNamed,
  connectionOf,
  picked,
  requestOf,
  requestWithout,
  tenantIdOf,
  transactionOf,
  userOf,
  type EventSources,
} from './event-parts.js';

/** Runs between the email's link and the form for the new password. */
export const POST_CHALLENGE: RedirectingTrigger = {
  name: 'password-reset-post-challenge',
  ...REDIRECTING_HANDLERS['password-reset-post-challenge'],
  event: postChallengeEvent,
  refused: 'The password cannot be reset',
  next: 'The user can set a new password now.',
};

const CHALLENGE_TRANSACTION = ['correlation_id', 'locale', 'login_hint', 'state', 'ui_locales'];

/** Builds the `event` that Auth0 documents. */
function postChallengeEvent(
  transaction: LoginTransaction,
  user: SandboxUser,
  request: RequestFacts,
  action: ActionDefinition,
  sources: EventSources,
): JsonObject {
  const { multifactor: _multifactor, ...shown } = userOf(user);
  return toJsonObject({
    authentication: { methods: transaction.session?.methods ?? [] },
    authorization: { roles: user.roles },
    client: clientOf(transaction.clientId, sources),
    configuration: action.configuration,
    connection: connectionOf(user, sources),
    organization: transaction.organization,
    prompt: transaction.prompt,
    request: requestOf(request, sources.definition),
    secrets: action.secrets,
    stats: { logins_count: user.logins_count },
    tenant: { id: tenantIdOf(sources) },
    transaction: picked(transactionOf(transaction), CHALLENGE_TRANSACTION),
    user: shown,
  });
}

const CHANGED_USER = [
  ...['user_id', 'email', 'email_verified', 'username', 'phone_number', 'phone_verified', 'last_password_reset'],
];

export interface PasswordChange {
  readonly user: SandboxUser;
  /** Name of the database. */
  readonly connection: string;
  readonly request: RequestFacts;
  readonly correlationId?: Json | undefined;
}

export function postChangePasswordEvent(
  { connection, correlationId, request, user }: PasswordChange,
  action: ActionDefinition,
  sources: EventSources,
): JsonObject {
  return toJsonObject({
    configuration: action.configuration,
    connection: connectionNamed(connection, sources),
    request: requestWithout(requestOf(request, sources.definition), 'query', 'body'),
    secrets: action.secrets,
    tenant: { id: tenantIdOf(sources) },
    transaction: { correlation_id: correlationId },
    user: picked({ ...user }, CHANGED_USER),
  });
}
