import { randomBytes } from 'node:crypto';
import { isoTime, type Clock } from '../clock.js';
import type { LoginObserver } from './login-observer.js';
import type { RecordKind, StepDetails, TransactionRecord } from './transaction.js';

/** The most logins that are kept. */
export const TRANSACTIONS_KEPT = 50;

/** The logins of this run, the newest first. Nothing is written to disk. */
export class TransactionLog {
  private readonly records: TransactionRecord[] = [];

  constructor(
    private readonly now: Clock,
    private readonly observer: LoginObserver = {},
  ) {}

  /** Opens the record of a new login, or of another run of Actions. */
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

  /** Adds a step at the current time. A running step can be changed later through the same object. */
  add(record: TransactionRecord, details: StepDetails): void {
    const now = this.now();
    const offsetMs = now - Date.parse(record.startedAt);
    const step = Object.assign(details, { at: new Date(now).toISOString(), offsetMs });
    record.steps.push(step);
    this.observer.onStep?.(record, step);
  }

  /** Returns all, the newest first. */
  list(): readonly TransactionRecord[] {
    return this.records;
  }

  /** Returns a login, or undefined if it is unknown or already dropped. */
  find(id: string): TransactionRecord | undefined {
    return this.records.find((record) => record.id === id);
  }
}
