import { hash } from 'node:crypto';
import type { Clock } from '../../auth-redirect/clock.js';
import { openSealed, seal } from '../../auth-redirect/steps/seal.js';
import type { StepContext } from '../../auth-redirect/steps/step.js';

/** Maximum hand-offs per login, over all browsers with its session token. */
const HAND_OFFS_MAX = 10;
/** Maximum hand-offs per user and hour, over all logins: the vendor may charge for each. */
const HAND_OFFS_OF_USER_MAX = 30;
const HOUR_SECONDS = 3600;
/** Only the results of the newest hand-offs count: the user may have opened the vendor in several tabs. */
const OPEN_MAX = 3;
const KIND = 'hand-off';

/** The record of a hand-off, stored sealed. */
export interface HandOffRecord {
  readonly handle: string;
  /** Id of the vendor's session. */
  readonly session?: string;
}

/** A hand-off without a final result. */
export type OpenHandOff = HandOffRecord & {
  /** Counts from 1. */
  readonly number: number;
};

/**
 * Stores the hand-offs of a login in one browser, the user's return, and the declines of the vendor. Another browser with the same session
 * token sees none of these hand-offs. So a user who forwards a login does not receive the other person's result.
 */
export class HandOffs {
  constructor(private readonly clock: Clock) {}

  /** Counts a hand-off before the vendor receives it, and returns whether the limits allow it. */
  async count({ memory }: StepContext): Promise<boolean> {
    if ((await memory.count('hand-offs')) > HAND_OFFS_MAX) return false;
    return (await memory.countForUser('hand-offs', HOUR_SECONDS)) <= HAND_OFFS_OF_USER_MAX;
  }

  async add(record: HandOffRecord, context: StepContext): Promise<void> {
    const sealed = seal(JSON.stringify(record), { typ: KIND }, context.secret(KIND));
    for (let number = 1; number <= HAND_OFFS_MAX; number += 1) {
      if ((await context.memory.remember(nameOf('hand-off', number, context), sealed)) === sealed) return;
    }
  }

  /** Returns the hand-offs without a result, the newest first. */
  async open(context: StepContext): Promise<OpenHandOff[]> {
    const all: OpenHandOff[] = [];
    for (let number = 1; number <= HAND_OFFS_MAX; number += 1) {
      const sealed = await context.memory.recall(nameOf('hand-off', number, context));
      const text = sealed === undefined ? undefined : openSealed(sealed, KIND, context.secret(KIND));
      if (text === undefined) break;
      const record: HandOffRecord = JSON.parse(text);
      all.push({ ...record, number });
    }
    const ended = await Promise.all(
      all.map(async ({ number }) => context.memory.recall(nameOf('end', number, context))),
    );
    return all
      .filter((_record, index) => ended[index] === undefined)
      .toReversed()
      .slice(0, OPEN_MAX);
  }

  async end({ number }: OpenHandOff, context: StepContext): Promise<void> {
    await context.memory.remember(nameOf('end', number, context), 'yes');
  }

  /** Stores that the user has returned from the newest hand-off. */
  async returned([newest]: readonly OpenHandOff[], context: StepContext): Promise<void> {
    if (newest) await context.memory.remember(nameOf('back', newest.number, context), String(this.clock.now()));
  }

  /** Returns the seconds since the return from the newest hand-off; undefined before the return. */
  async waited([newest]: readonly OpenHandOff[], context: StepContext): Promise<number | undefined> {
    const since = newest && (await context.memory.recall(nameOf('back', newest.number, context)));
    return since === undefined ? undefined : (this.clock.now() - Number(since)) / 1000;
  }

  /**
   * Stores a decline of the vendor, once for each handle.
   *
   * @returns The number of declines in this login.
   */
  async decline(handle: string, { memory }: StepContext): Promise<number> {
    const mark = hash('sha256', handle, 'base64url');
    for (let count = 1; count < HAND_OFFS_MAX; count += 1) {
      if ((await memory.remember(`declined ${count}`, mark)) === mark) return count;
    }
    return HAND_OFFS_MAX;
  }

  /** Returns the number of the vendor's declines in this login. */
  async declines({ memory }: StepContext): Promise<number> {
    for (let count = 0; count < HAND_OFFS_MAX; count += 1) {
      if ((await memory.recall(`declined ${count + 1}`)) === undefined) return count;
    }
    return HAND_OFFS_MAX;
  }
}

/** The memory belongs to the session token; the callback's `state` belongs to the login in one browser. */
function nameOf(what: string, number: number, context: StepContext): string {
  return `${what} ${number} ${hash('sha256', context.callback().state, 'base64url')}`;
}
