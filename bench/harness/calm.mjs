// Results of a busy machine are invalid, so the benchmark waits until the machine is idle, and repeats disturbed measurements.
import { setTimeout as wait } from 'node:timers/promises';
import { machineSeconds } from './processes.mjs';

/** Maximum load of other processes, as a share of one core. */
const CALM = 0.25;
const TRIES = 4;
const INTERVAL_MS = 400;

async function othersNow() {
  const before = machineSeconds();
  await wait(INTERVAL_MS);
  return ((machineSeconds() - before) * 1000) / INTERVAL_MS;
}

/**
 * @param {number} patienceMs maximum time for waits and repeated measurements of a program, in milliseconds; then it accepts disturbed ones
 */
export function calmness(patienceMs) {
  let left = patienceMs;

  /** Waits until the machine is idle. Call it while the benchmark itself is idle. */
  async function untilIdle() {
    while (left > 0 && (await othersNow()) > CALM) {
      left -= INTERVAL_MS;
    }
  }

  /** @returns the first undisturbed result, or the least disturbed of a few */
  async function undisturbed(measure) {
    let best;
    for (let turn = 0; turn < TRIES; turn += 1) {
      await untilIdle();
      const startedAt = performance.now();
      const result = await measure();
      if (!best || result.othersLoad < best.othersLoad) best = result;
      if (!(best.othersLoad > CALM) || left <= 0) break;
      left -= performance.now() - startedAt;
    }
    return best;
  }

  return { untilIdle, undisturbed };
}
