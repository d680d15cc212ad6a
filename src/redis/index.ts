export type { RedisFault } from './redis-fault.js';
export * from './redis-replay-store.js';
export type { RedisOperation, RedisReplayStoreOptions } from './redis-replay-store.options.js';
export { redisUrlProblem } from './redis-url.js';
