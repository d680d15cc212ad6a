// Results of a busy machine are not valid: the benchmark waits until the machine is idle, and repeats disturbed measurements.
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

/** @param {number} patienceMs the most time for waits and repeated measurements of a program; after that it accepts disturbed ones */
export function calmness(patienceMs) {
  let left = patienceMs;

  /** Waits until the machine is idle. Call it while the benchmark itself is idle. */
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
