import { randomUUID } from 'node:crypto';
import { SystemClock } from '../../auth-redirect/clock.js';
import type { RedisReplayStoreOptions } from '../../redis/redis-replay-store.options.js';
import { error, ok, type Finding } from './finding.js';

/** Deadline in milliseconds. The first command includes connecting. */
const DEADLINE_MS = 5000;
const LEASE_MS = 10_000;

/** Writes a value, reads it over a second connection, and deletes it. */
export async function checkRedis(options: RedisReplayStoreOptions): Promise<Finding> {
  const { RedisReplayStore } = await import('../../redis/redis-replay-store.js');
  const silent = { onDegraded: () => undefined, onRecovered: () => undefined };
  const settings = { ...options, ...silent, deadline: DEADLINE_MS, whenUnavailable: 'refuse' } as const;
  const [first, second] = [
    new RedisReplayStore(settings, new SystemClock()),
    new RedisReplayStore(settings, new SystemClock()),
  ];
  try {
    await Promise.all([first.settled(), second.settled()]);
    const started = performance.now();
    const key = `check-${randomUUID()}`;
    const isTaken = await first.lease(key, 'first', LEASE_MS);
    const isTakenTwice = await second.lease(key, 'second', LEASE_MS);
    await first.release(key, 'first');
    const took = (performance.now() - started).toFixed(1);
    if (!isTaken || isTakenTwice) return error('redis', 'does not keep a written value');
    return ok('redis', `three commands in ${took} ms; ${options.whenUnavailable ?? 'allow'} while Redis is away`);
  } catch {
    return error('redis', `cannot be used: ${first.fault ?? second.fault ?? 'no answer in time'}`);
  } finally {
    await Promise.all([first.quit(), second.quit()]);
  }
}
