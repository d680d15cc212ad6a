import { randomUUID } from 'node:crypto';
import { SystemClock } from '../../auth-redirect/clock.js';
import type { RedisReplayStoreOptions } from '../../redis/redis-replay-store.options.js';
import { error, ok, type Finding } from './finding.js';

/** How long Redis is waited for, in milliseconds: the first answer takes longer than those of a service that runs. */
const DEADLINE_MS = 5000;
/** How long what is written stays, in seconds. */
const LIFETIME_SECONDS = 10;

/** Writes, reads and removes an entry. */
export async function checkRedis(options: RedisReplayStoreOptions): Promise<Finding> {
  const { RedisReplayStore } = await import('../../redis/redis-replay-store.js');
  const quiet = { onDegraded: () => undefined, onRecovered: () => undefined };
  const clock = new SystemClock();
  const store = new RedisReplayStore({ ...options, ...quiet, deadline: DEADLINE_MS, whenUnavailable: 'refuse' }, clock);
  try {
    await store.settled();
    const started = performance.now();
    const [key, value] = [`check-${randomUUID()}`, randomUUID()];
    await store.remember(key, value, clock.now() / 1000 + LIFETIME_SECONDS);
    const holding = await store.recall(key);
    await store.forget(key);
    const took = (performance.now() - started).toFixed(1);
    if (holding !== value) return error('redis', 'does not hold what was written to it');
    return ok('redis', `three commands in ${took} ms; ${options.whenUnavailable ?? 'allow'} where it is gone`);
  } catch {
    return error('redis', `cannot be used: ${store.fault ?? 'no answer in time'}`);
  } finally {
    await store.quit();
  }
}
