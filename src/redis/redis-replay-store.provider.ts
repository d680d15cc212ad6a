import type { FactoryProvider } from '@nestjs/common';
import { Clock } from '../auth-redirect/clock.js';
import { RedisReplayStore } from './redis-replay-store.js';
import type { RedisReplayStoreOptions } from './redis-replay-store.options.js';

/** How a module that has a {@link Clock} makes the store. */
export type RedisReplayStoreProvider = Pick<FactoryProvider<RedisReplayStore>, 'inject' | 'useFactory'>;

/**
 * The store, as a module provides it.
 *
 * @example
 * AuthRedirectModule.forRoot({ ..., replayStore: redisReplayStore({ url: 'rediss://:password@redis.example:6379' }) })
 *
 * @publicApi
 */
export function redisReplayStore(options: RedisReplayStoreOptions): RedisReplayStoreProvider {
  return redisReplayStoreAsync({ useFactory: () => options });
}

/**
 * The same with options that are known later, or come from other providers.
 *
 * @example
 * redisReplayStoreAsync({
 *   inject: [ConfigService],
 *   useFactory: (config: ConfigService) => ({ url: config.getOrThrow('REDIS_URL') }),
 * })
 *
 * @publicApi
 */
export function redisReplayStoreAsync({
  inject = [],
  useFactory,
}: Pick<FactoryProvider<RedisReplayStoreOptions>, 'inject' | 'useFactory'>): RedisReplayStoreProvider {
  return {
    inject: [Clock, ...inject],
    useFactory: async (clock: Clock, ...injected: unknown[]) =>
      new RedisReplayStore(await useFactory(...injected), clock),
  };
}
