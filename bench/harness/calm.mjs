// A machine that does something else meanwhile tells nothing: it is waited for, and what was disturbed is measured again.
import { setTimeout as wait } from 'node:timers/promises';
import { machineSeconds } from './processes.mjs';

/** Share of one core that everything else may take. */
const CALM = 0.25;
const TRIES = 4;
const LOOK_MS = 400;

async function othersNow() {
  const before = machineSeconds();
  await wait(LOOK_MS);
  return ((machineSeconds() - before) * 1000) / LOOK_MS;
}

/** @param {number} patienceMs how long a whole program waits and measures anew at most; after that it takes what there is */
export function calmness(patienceMs) {
  let left = patienceMs;

  /** To be called while nothing of the benchmark's own is busy. */
  async function untilCalm() {
    while (left > 0 && (await othersNow()) > CALM) {
      left -= LOOK_MS;
    }
  }

  /** @returns the first undisturbed result, or the least disturbed of a few */
  async function calmly(measure) {
    let best;
    for (let turn = 0; turn < TRIES; turn += 1) {
      await untilCalm();
      const startedAt = performance.now();
      const result = await measure();
      if (!best || result.othersLoad < best.othersLoad) best = result;
      if (!(best.othersLoad > CALM) || left <= 0) break;
      left -= performance.now() - startedAt;
    }
    return best;
  }

  return { untilCalm, calmly };
}
