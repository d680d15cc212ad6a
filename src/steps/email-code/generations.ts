import type { StepMemory } from '../../auth-redirect/steps/step.js';

const MINUTE_MS = 60_000;

/** How long a code is good, in milliseconds. */
export const CODE_LIFETIME_MS = 10 * MINUTE_MS;

/** A code that is good for less than this is not sent any more: there is another one then, and both are good. */
const LATE_MS = 2 * MINUTE_MS;

/** A stretch of the login with a code of its own, counted from 1. */
export interface Generation {
  readonly number: number;
  /** When its code stops being good, in milliseconds since 1970. */
  readonly endsAt: number;
}

/**
 * @param now Milliseconds since 1970. Where all generations are too old, another one begins.
 * @returns All generations of the login so far, the latest first: its code is what a mail carries now.
 */
export async function generations(memory: StepMemory, now: number): Promise<readonly [Generation, ...Generation[]]> {
  const earlier: Generation[] = [];
  for (let number = 1; ; number += 1) {
    const begunAt = Number(await memory.remember(`begun-${number}`, String(now)));
    const generation = { number, endsAt: begunAt + CODE_LIFETIME_MS };
    if (now < generation.endsAt - LATE_MS) return [generation, ...earlier];
    earlier.unshift(generation);
  }
}
