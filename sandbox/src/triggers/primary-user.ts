import { textOf } from '../json.js';
import type { LoginTransaction } from '../logins/login-transaction.js';
import { currentIdentity, displayOf, type SandboxUser } from '../directory/user.js';
import type { UserDirectory } from '../directory/users.js';
import type { CallEntry } from '../transactions/transaction.js';
import { lastCall } from './post-login-effects.js';

const SET_PRIMARY_USER = 'api.authentication.setPrimaryUser';

/** `problem` fails the login. */
export type PrimaryUserChange = { readonly user: SandboxUser } | { readonly problem: string };

/** The new user must have the identity of this login. Returns undefined without a call of `setPrimaryUser`. */
export function primaryUserChange(
  calls: readonly CallEntry[],
  user: SandboxUser,
  users: UserDirectory,
): PrimaryUserChange | undefined {
  const call = lastCall(calls, SET_PRIMARY_USER);
  const id = textOf(call?.args[0]);
  if (!call || id === user.user_id) return undefined;
  const primary = users.find(id);
  if (!primary) return { problem: `setPrimaryUser: there is no user ${id}.` };
  const identity = currentIdentity(user);
  if (identity && users.ofIdentity(identity.provider, identity.user_id) === primary) return { user: primary };
  const name = identity ? `${identity.provider}|${identity.user_id}` : user.user_id;
  return { problem: `setPrimaryUser: the identity of this login, ${name}, is not a secondary identity of ${id}.` };
}

/** Changes the subject of a login and its session. */
export function changeUser(transaction: LoginTransaction, user: SandboxUser): void {
  const { record, session } = transaction;
  const identity = transaction.user && currentIdentity(transaction.user);
  user.connection = identity?.connection ?? user.connection;
  transaction.user = user;
  transaction.isPrimaryUserChanged = true;
  record.user = { userId: user.user_id, email: displayOf(user) };
  if (session) session.userId = user.user_id;
}

/** Auth0 drops user metadata of an Action that calls `setPrimaryUser` (Actions Limitations, "Account Linking"). */
export function withoutUserMetadata(calls: readonly CallEntry[]): readonly CallEntry[] {
  return calls.filter(({ name }) => name !== 'api.user.setUserMetadata');
}
