import type { RecordKind, TransactionRecord } from './transaction.js';

export const KIND_NAMES: Readonly<Record<RecordKind, string>> = {
  login: 'Login',
  'sign-up': 'Sign-up',
  'password reset': 'Password reset',
  'client credentials': 'Client credentials',
  'phone message': 'Phone message',
};

export function subjectOf({ title, user }: TransactionRecord): string {
  return title ?? user?.email ?? 'nobody yet';
}
