import type { LoginTransaction } from '../logins/login-transaction.js';
import type { Tenant } from './tenant.js';
import { currentIdentity, type SandboxUser } from '../directory/user.js';

/** Records a method of authentication for a new session, and after the login form. */
export function identify(tenant: Tenant, transaction: LoginTransaction, user: SandboxUser, sessionId: string): void {
  const { connections, sessions } = tenant;
  transaction.session = sessions.visit(sessionId, user.user_id, transaction.clientId, transaction.request);
  const isNew = transaction.session.methods.length === 0;
  if (!isNew && transaction.record.loggedInBy !== 'form') return;
  const { strategy } = connections.orGuess(currentIdentity(user)?.connection ?? user.connection);
  sessions.authenticated(transaction.session, METHODS[strategy] ?? 'federated');
}

/** Names in `event.authentication.methods`, by strategy. */
const METHODS: Readonly<Record<string, string>> = { auth0: 'pwd', email: 'email', sms: 'sms' };
