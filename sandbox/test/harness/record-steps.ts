import type { CallEntry, TransactionRecord, TransactionStep } from '../../src/transactions/transaction.js';
import { Browser } from './browser.js';

type StepOf<Kind extends TransactionStep['kind']> = Extract<TransactionStep, { kind: Kind }>;

/** Returns the records of a running sandbox, the newest first. */
export async function recordsOf(tenant: string): Promise<TransactionRecord[]> {
  const { body } = await new Browser().fetch(`${tenant}/transactions.json`);
  const { transactions }: { transactions: TransactionRecord[] } = JSON.parse(body);
  return transactions;
}

export function stepsOf<Kind extends TransactionStep['kind']>(
  record: TransactionRecord | undefined,
  kind: Kind,
): StepOf<Kind>[] {
  return (record?.steps ?? []).filter((step): step is StepOf<Kind> => step.kind === kind);
}

/** Returns the console lines of a trigger's Actions. */
export function linesOf(record: TransactionRecord | undefined, trigger: string): string[] {
  const steps = stepsOf(record, 'action').filter((step) => step.trigger === trigger);
  return steps.flatMap(({ entries }) => entries.flatMap((entry) => (entry.type === 'log' ? [entry.text] : [])));
}

export function callsOf(record: TransactionRecord | undefined, trigger: string): CallEntry[] {
  const steps = stepsOf(record, 'action').filter((step) => step.trigger === trigger);
  return steps.flatMap(({ entries }) => entries.flatMap((entry) => (entry.type === 'call' ? [entry] : [])));
}
