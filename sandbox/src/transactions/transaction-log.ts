import { randomBytes } from 'node:crypto';
import { isoTime, type Clock } from '../clock.js';
import type { LoginObserver } from './login-observer.js';
import type { RecordKind, StepDetails, TransactionRecord } from './transaction.js';

export const TRANSACTIONS_KEPT = 50;

/** Keeps the newest login first. Writes nothing to disk. */
export class TransactionLog {
  private readonly records: TransactionRecord[] = [];

  constructor(
    private readonly now: Clock,
    private readonly observer: LoginObserver = {},
  ) {}

  open(clientId: string, kind: RecordKind = 'login'): TransactionRecord {
    const record: TransactionRecord = {
      id: `tx_${randomBytes(6).toString('hex')}`,
      kind,
      startedAt: isoTime(this.now),
      clientId,
      status: kind === 'login' ? 'logging in' : 'running actions',
      metadata: {},
      steps: [],
    };
    this.records.unshift(record);
    this.records.length = Math.min(this.records.length, TRANSACTIONS_KEPT);
    return record;
  }

  /** A running step can be changed later through the same object. */
  add(record: TransactionRecord, details: StepDetails): void {
    const now = this.now();
    const offsetMs = now - Date.parse(record.startedAt);
    const step = Object.assign(details, { at: new Date(now).toISOString(), offsetMs });
    record.steps.push(step);
    this.observer.onStep?.(record, step);
  }

  list(): readonly TransactionRecord[] {
    return this.records;
  }

  /** Returns undefined for unknown and dropped logins. */
  find(id: string): TransactionRecord | undefined {
    return this.records.find((record) => record.id === id);
  }
}
