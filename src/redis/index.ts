export type { RedisFault } from './redis-fault.js';
export { RedisReplayStore } from './redis-replay-store.js';
export type { RedisReplayStoreOptions } from './redis-replay-store.options.js';
export {
  redisReplayStore,
  redisReplayStoreAsync,
  type RedisReplayStoreProvider,
} from './redis-replay-store.provider.js';
export { redisUrlProblem } from './redis-url.js';
