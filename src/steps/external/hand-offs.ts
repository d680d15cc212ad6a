import { hash } from 'node:crypto';
import type { Clock } from '../../auth-redirect/clock.js';
import { openSealed, seal } from '../../auth-redirect/steps/seal.js';
import type { StepContext } from '../../auth-redirect/steps/step.js';

/** Most hand-offs of a login whose result is read or delivered, instead of returned. */
const HAND_OFFS_MAX = 10;
/** How many of them count, the newest: the user may have gone to the vendor in several tabs. */
const OPEN_MAX = 3;
const KIND = 'hand-off';

/** A hand-off as it is remembered, sealed. */
export interface HandOffRecord {
  readonly handle: string;
  /** The vendor's own id of it. */
  readonly session?: string;
}

/** A hand-off without a final result. */
export type OpenHandOff = HandOffRecord & {
  /** Counted from 1. */
  readonly number: number;
};

/** Remembers the hand-offs of a login, its return from the vendor, and what the vendor has declined. */
export class HandOffs {
  constructor(private readonly clock: Clock) {}

  /** @returns Whether there is room for one more. */
  async hasRoom({ memory }: StepContext): Promise<boolean> {
    return (await memory.recall(`hand-off ${HAND_OFFS_MAX}`)) === undefined;
  }

  async add(record: HandOffRecord, context: StepContext): Promise<void> {
    const sealed = seal(JSON.stringify(record), { typ: KIND }, context.secret(KIND));
    for (let number = 1; number <= HAND_OFFS_MAX; number += 1) {
      if ((await context.memory.remember(`hand-off ${number}`, sealed)) === sealed) return;
    }
  }

  /** Returns those without an end, the newest first. */
  async open(context: StepContext): Promise<OpenHandOff[]> {
    const all: OpenHandOff[] = [];
    for (let number = 1; number <= HAND_OFFS_MAX; number += 1) {
      const sealed = await context.memory.recall(`hand-off ${number}`);
      const text = sealed === undefined ? undefined : openSealed(sealed, KIND, context.secret(KIND));
      if (text === undefined) break;
      const record: HandOffRecord = JSON.parse(text);
      all.push({ ...record, number });
    }
    const ended = await Promise.all(all.map(async ({ number }) => context.memory.recall(`end ${number}`)));
    return all
      .filter((_record, index) => ended[index] === undefined)
      .toReversed()
      .slice(0, OPEN_MAX);
  }

  async end({ number }: OpenHandOff, { memory }: StepContext): Promise<void> {
    await memory.remember(`end ${number}`, 'yes');
  }

  /** Notes that the user is back from the newest of these. */
  async returned([newest]: readonly OpenHandOff[], { memory }: StepContext): Promise<void> {
    if (newest) await memory.remember(`back ${newest.number}`, String(this.clock.now()));
  }

  /** Returns seconds since the user came back from the newest of these; undefined if the user is still there. */
  async waited([newest]: readonly OpenHandOff[], { memory }: StepContext): Promise<number | undefined> {
    const since = newest && (await memory.recall(`back ${newest.number}`));
    return since === undefined ? undefined : (this.clock.now() - Number(since)) / 1000;
  }

  /**
   * Notes that the vendor has declined, once for each handle.
   *
   * @returns How often it has declined in this login.
   */
  async decline(handle: string, { memory }: StepContext): Promise<number> {
    const mark = hash('sha256', handle, 'base64url');
    for (let count = 1; count < HAND_OFFS_MAX; count += 1) {
      if ((await memory.remember(`declined ${count}`, mark)) === mark) return count;
    }
    return HAND_OFFS_MAX;
  }

  /** Returns how often the vendor has declined in this login. */
  async declines({ memory }: StepContext): Promise<number> {
    for (let count = 0; count < HAND_OFFS_MAX; count += 1) {
      if ((await memory.recall(`declined ${count + 1}`)) === undefined) return count;
    }
    return HAND_OFFS_MAX;
  }
}
