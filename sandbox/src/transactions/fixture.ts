import type { JsonObject } from '../json.js';
import type { CallEntry, Failure, TransactionRecord } from './transaction.js';

/**
 * A recorded login as a file for tests: the event and the calls of each function of each Action.
 *
 * It contains the events of the login, with the personal data of the user and the returned tokens. It contains no
 * secrets: `event.secrets` is left out, and the values of secrets are masked.
 *
 * @publicApi
 */
export interface LoginFixture {
  readonly version: 1;
  readonly steps: readonly FixtureStep[];
}

/**
 * One function of one Action.
 *
 * @publicApi
 */
export interface FixtureStep {
  readonly action: string;
  /** The name of the Action's file, without its folder. */
  readonly file: string;
  readonly trigger: string;
  readonly handler: string;
  /** When it ran, as ISO 8601: the time of a replay. */
  readonly at: string;
  readonly event: JsonObject;
  readonly calls: readonly CallEntry[];
  /** How long it took, in milliseconds. */
  readonly durationMs?: number;
  readonly error?: Failure;
}

/** Makes a fixture of a login. Omits functions that an Action does not export. */
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
