import { RedisUnavailable } from './redis-fault.js';

/**
 * Waits for an answer this long at most. One that comes later is discarded.
 *
 * @throws RedisUnavailable `timeout`
 */
export async function withinDeadline<T>(milliseconds: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_resolve, reject) => {
    // What arrived while this process was busy is read before immediates run: it counts as in time.
    timer = setTimeout(() => setImmediate(() => reject(new RedisUnavailable('timeout'))), milliseconds);
  });
  try {
    return await Promise.race([answer, over]);
  } finally {
    clearTimeout(timer);
  }
}
