import type { Clock } from '../clock.js';
import type { FactorAnswer, FactorPause } from '../logins/login-pause.js';
import type { LoginTransaction } from '../logins/login-transaction.js';
import type { SandboxSession, Sessions } from '../logins/sessions.js';
import type { SandboxUser } from '../directory/user.js';
import type { UserDirectory } from '../directory/users.js';

/** 30 days, as Auth0 documents. */
const REMEMBERED_MS = 30 * 24 * 60 * 60 * 1000;

export interface FactorStores {
  readonly sessions: Sessions;
  readonly users: UserDirectory;
  readonly now: Clock;
}

/** Updates the login, its session and, for a new factor, the user. */
export function completeFactor(
  { type, isRemembered }: FactorAnswer,
  { mode, canRemember }: FactorPause,
  transaction: LoginTransaction,
  user: SandboxUser,
  { sessions, users, now }: FactorStores,
): void {
  const { session, completedFactors } = transaction;
  completedFactors.add(type);
  if (session) sessions.authenticated(session, 'mfa', type);
  if (session && canRemember && isRemembered) session.rememberedUntil = now() + REMEMBERED_MS;
  if (mode === 'enroll') users.update(user, { enrolled_factors: [...user.enrolled_factors, type] });
}

export function isBrowserRemembered(session: SandboxSession | undefined, now: Clock): boolean {
  return (session?.rememberedUntil ?? 0) > now();
}
