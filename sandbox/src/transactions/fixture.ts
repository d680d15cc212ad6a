import type { JsonObject } from '../json.js';
import type { CallEntry, Failure, TransactionRecord } from './transaction.js';

/**
 * A recorded login for tests: the event and calls of each function of each Action.
 *
 * Contains personal data of the user and returned tokens, but no secrets: they are omitted or masked.
 *
 * @publicApi
 */
export interface LoginFixture {
  readonly version: 1;
  readonly steps: readonly FixtureStep[];
}

/**
 * A function of an Action.
 *
 * @publicApi
 */
export interface FixtureStep {
  readonly action: string;
  /** File name without folder. */
  readonly file: string;
  readonly trigger: string;
  readonly handler: string;
  /** ISO 8601: the time of a replay. */
  readonly at: string;
  readonly event: JsonObject;
  readonly calls: readonly CallEntry[];
  /** Duration in milliseconds. */
  readonly durationMs?: number;
  readonly error?: Failure;
}

/** Omits functions that the Action does not export. */
export function fixtureOf({ steps }: TransactionRecord): LoginFixture {
  return {
    version: 1,
    steps: steps.flatMap((step) => {
      if (step.kind !== 'action' || step.skipped) return [];
      const { action, file, trigger, handler, at, durationMs, entries, error } = step;
      const { secrets: _secrets, ...event } = step.event;
      const calls = entries.filter((entry): entry is CallEntry => entry.type === 'call');
      const facts = { ...(durationMs === undefined ? {} : { durationMs }), ...(error ? { error } : {}) };
      return [{ action, file, trigger, handler, at, event, calls, ...facts }];
    }),
  };
}
