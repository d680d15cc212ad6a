import { Logger, Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import type { Made } from '../auth-redirect/auth-redirect.module.js';
import type { AuthRedirectOptions } from '../auth-redirect/options/auth-redirect.options.js';
import { Clock } from '../auth-redirect/clock.js';
import { ContinueTokenService } from '../auth-redirect/token/continue-token.service.js';
import type { RefusalLimiter } from '../auth-redirect/requests/refusal-limiter.js';
import { MemoryReplayStore } from '../auth-redirect/replay/memory-replay-store.js';
import { ReplayStore } from '../auth-redirect/replay/replay-store.js';
import { authRedirectOptions } from './configuration/auth-redirect-options.js';
import type { Configuration } from './configuration/configuration.js';
import type { Environment } from './configuration/environment.js';
import { redisOptions } from './configuration/redis-options.js';
import { HealthController } from './health/health.controller.js';
import { DrainHook } from './http/drain.hook.js';
import { RefusalsFilter } from './http/refusals.filter.js';
import { requestIdOf } from './http/request-id.js';
import { MeasuredStore } from './metrics/measured-store.js';
import { MeasuredTokens } from './metrics/measured-tokens.js';
import { Metrics } from './metrics/metrics.js';
import type { RedisReplayStoreOptions } from '../redis/redis-replay-store.options.js';
import { CountingRefusalLimiter } from './rate-limits/counting-refusal-limiter.js';
import { ReportsModule } from './reports.module.js';
import { Reports } from './reports.js';
import { moduleWithSteps } from './module-with-steps.js';

/** The microservice around the module: configuration, log, health, refusals, steps. */
@Module({
  controllers: [HealthController],
  providers: [DrainHook, { provide: APP_FILTER, useClass: RefusalsFilter }],
})
export class ServiceModule {
  static for(configuration: Configuration): DynamicModule {
    const { module: configModule, environment } = configuration;
    const redirectModule = moduleWithSteps(configuration, {
      refusalLimiter: refusalLimiter(environment),
      ...replayStore(environment),
      inject: [Reports],
      useFactory: (reports: Reports): AuthRedirectOptions =>
        Object.assign(authRedirectOptions(environment), reports.hooks(), { referenceOf: requestIdOf }),
    });
    return { module: ServiceModule, imports: [configModule, ReportsModule, measured(redirectModule)] };
  }
}

/** The module, with the time of token work measured: what a dynamic module provides comes before what its class does. */
function measured(module: DynamicModule): DynamicModule {
  const tokens = { provide: ContinueTokenService, useClass: MeasuredTokens };
  return { ...module, providers: [...(module.providers ?? []), tokens] };
}

/**
 * Counts in Redis where the logins are remembered there. In memory it has a store of its own: who is refused often enough could
 * push out of the other what logins rely on. Addresses are counted where it is known whose they are: behind a proxy that nobody
 * has told of, all clients have the same.
 */
function refusalLimiter(environment: Environment): Made<RefusalLimiter> {
  const { REFUSALS_PER_MINUTE_SUBJECT: subject } = environment;
  const address = environment.REFUSALS_PER_MINUTE_ADDRESS ?? (environment.TRUST_PROXY === undefined ? 0 : 60);
  const isShared = environment.REDIS_URL !== undefined;
  return {
    inject: [ReplayStore, Clock],
    useFactory: (store: ReplayStore, clock: Clock) =>
      new CountingRefusalLimiter(isShared ? store : new MemoryReplayStore(clock), clock, { address, subject }),
  };
}

/** Redis, where it is configured; its client is not even loaded otherwise. */
function replayStore(environment: Environment): { replayStore?: Made<ReplayStore> } {
  const options = redisOptions(environment);
  if (!options) return {};
  return {
    replayStore: {
      inject: [Clock, Metrics],
      useFactory: async (clock: Clock, metrics: Metrics) => {
        const { RedisReplayStore } = await import('../redis/redis-replay-store.js');
        return new MeasuredStore(new RedisReplayStore({ ...options, ...storeReports(metrics) }, clock), metrics);
      },
    },
  };
}

function storeReports(metrics: Metrics): Pick<RedisReplayStoreOptions, 'onDegraded' | 'onRecovered'> {
  const logger = new Logger('RedisReplayStore');
  return {
    onDegraded: (fault) => {
      metrics.storeDegraded(fault);
      logger.warn(`Redis does not answer: ${fault}`);
    },
    onRecovered: () => {
      metrics.storeRecovered();
      logger.log('Redis answers again');
    },
  };
}
