import type { LoginTransaction } from '../logins/login-transaction.js';
import type { RefreshTokens } from '../logins/refresh-tokens.js';
import type { Sessions } from '../logins/sessions.js';
import type { SandboxUser } from '../directory/user.js';
import type { UserDirectory } from '../directory/users.js';
import type { CallEntry } from '../transactions/transaction.js';
import { warn, type EndParts } from './login-end.js';
import { WARNINGS } from './login-warnings.js';
import { applyCalls } from './post-login-effects.js';
import { changeUser, primaryUserChange, withoutUserMetadata } from './primary-user.js';

interface EffectParts extends EndParts {
  readonly users: UserDirectory;
  readonly sessions: Sessions;
  readonly refreshTokens: RefreshTokens;
}

/** @returns The reason if `setPrimaryUser` fails the login. In this case, nothing is changed. */
export function applyAction(
  calls: readonly CallEntry[],
  transaction: LoginTransaction,
  user: SandboxUser,
  parts: EffectParts,
): string | undefined {
  const { log, refreshTokens, sessions, users } = parts;
  const change = primaryUserChange(calls, user, users);
  if (change && 'problem' in change) return change.problem;
  const kept = change ? withoutUserMetadata(calls) : calls;
  if (change) {
    changeUser(transaction, change.user);
    if (transaction.record.user) log.add(transaction.record, { kind: 'user changed', ...transaction.record.user });
    if (kept.length < calls.length) warn(parts, transaction.record, WARNINGS.discardedMetadata);
  }
  applyCalls(kept, { transaction, user: change?.user ?? user, users, sessions, refreshTokens });
  return undefined;
}
