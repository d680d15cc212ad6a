import { randomBytes } from 'node:crypto';
import { isoTime } from '../clock.js';
import { textOf, type JsonObject } from '../json.js';
import { postChangePasswordEvent } from '../triggers/password-events.js';
import type { LoginTransaction } from '../logins/login-transaction.js';
import type { RequestFacts } from '../logins/request-facts.js';
import type { Tenant } from './tenant.js';
import { displayOf, type SandboxUser } from '../directory/user.js';

export interface ResetRequest {
  readonly user: SandboxUser;
  /** Name of the database. */
  readonly connection: string;
  /** `client_id`, and the kept parameters of the login. */
  readonly parameters: JsonObject;
  readonly request: RequestFacts;
}

/** The event of a password reset shows these parameters of its login. */
const KEPT = ['client_id', 'correlation_id', 'state', 'ui_locales'];

export function resetPathOf(connection: string, { parameters }: Pick<LoginTransaction, 'parameters'>): string {
  return `/u/reset?${new URLSearchParams({ connection, ...keptParameters(parameters) }).toString()}`;
}

/** `values` come from the reset's first page or from a login. */
export function keptParameters(values: JsonObject): Record<string, string> {
  const pairs = KEPT.map((name) => [name, textOf(values[name])] as const);
  return Object.fromEntries(pairs.filter(([, value]) => value !== ''));
}

/** The email that Auth0 would send is a step of the record. */
export function beginReset(tenant: Tenant, { connection, parameters, request, user }: ResetRequest): LoginTransaction {
  const { connections, log, logins, sessions } = tenant;
  const record = log.open(textOf(parameters['client_id']), 'password reset');
  record.user = { userId: user.user_id, email: displayOf(user) };
  record.status = 'waiting for the user';
  user.connection = connections.orGuess(connection).name;
  const transaction = logins.follow('password-reset-post-challenge', record, request, parameters);
  const ticket = randomBytes(24).toString('base64url');
  logins.link(ticket, transaction);
  transaction.user = user;
  transaction.interactionId = ticket;
  transaction.session = sessions.visit(ticket, user.user_id, transaction.clientId, request);
  log.add(record, {
    ...{ kind: 'note', tone: 'out', title: 'The email that Auth0 would send' },
    facts: { to: displayOf(user), connection },
    link: { path: `/u/reset/${ticket}`, text: 'Open the link of the email' },
  });
  return transaction;
}

export function resetOf({ logins }: Tenant, ticket: string): LoginTransaction | undefined {
  const transaction = logins.find(ticket);
  const isReset = transaction?.trigger === 'password-reset-post-challenge' && transaction.interactionId === ticket;
  return isReset ? transaction : undefined;
}

/** Runs the Actions between the email's link and the form for the new password. */
export async function openReset(
  { log, pipelines, sessions }: Tenant,
  transaction: LoginTransaction,
  request: RequestFacts,
): Promise<void> {
  const { record, session, user } = transaction;
  if (!user) return;
  log.add(record, { kind: 'note', tone: 'in', title: 'The link of the email was opened', facts: {} });
  if (session) sessions.authenticated(session, 'email');
  transaction.outcome = await pipelines[transaction.trigger].start(transaction, user, request);
}

/** The sandbox stores no passwords: the next login accepts any password. */
export function changePassword(tenant: Tenant, transaction: LoginTransaction, request: RequestFacts): void {
  const { log, now, sessions, sources, triggers, users } = tenant;
  const { interactionId = '', parameters, record, user } = transaction;
  if (!user) return;
  users.update(user, { last_password_reset: isoTime(now) });
  record.status = 'completed';
  sessions.end(interactionId);
  transaction.isOver = true;
  log.add(record, { kind: 'note', tone: 'good', title: 'The password is changed', facts: {} });
  const { correlation_id: correlationId } = parameters;
  const change = {
    ...{ user, connection: user.connection, request },
    correlationId,
  };
  // Auth0 does not wait for these Actions.
  void triggers.run({
    ...{ trigger: 'post-change-password', record },
    event: (action) => postChangePasswordEvent(change, action, sources),
  });
}
