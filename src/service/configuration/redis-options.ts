import type { RedisReplayStoreOptions } from '../../redis/redis-replay-store.options.js';
import type { Environment } from './environment.js';

/** Undefined: no Redis, and each process remembers by itself. */
export function redisOptions({
  REDIS_URL,
  REDIS_KEY_PREFIX,
  REDIS_CA_FILE,
  REDIS_DEADLINE_MS,
  REDIS_WHEN_UNAVAILABLE,
}: Environment): RedisReplayStoreOptions | undefined {
  if (REDIS_URL === undefined) return undefined;
  return {
    url: REDIS_URL,
    ...(REDIS_KEY_PREFIX !== undefined && { keyPrefix: REDIS_KEY_PREFIX }),
    ...(REDIS_CA_FILE !== undefined && { caFile: REDIS_CA_FILE }),
    ...(REDIS_DEADLINE_MS !== undefined && { deadline: REDIS_DEADLINE_MS }),
    ...(REDIS_WHEN_UNAVAILABLE !== undefined && { whenUnavailable: REDIS_WHEN_UNAVAILABLE }),
  };
}
