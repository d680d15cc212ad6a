import type { RecordKind, TransactionRecord } from './transaction.js';

/** The name of each kind of record on pages. */
export const KIND_NAMES: Readonly<Record<RecordKind, string>> = {
  login: 'Login',
  'sign-up': 'Sign-up',
  'password reset': 'Password reset',
  'client credentials': 'Client credentials',
  'phone message': 'Phone message',
};

/** Returns the subject of a record. */
export function subjectOf({ title, user }: TransactionRecord): string {
  return title ?? user?.email ?? 'nobody yet';
}
