import { Logger, Module, type DynamicModule, type NestModule } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { APP_FILTER, HttpAdapterHost } from '@nestjs/core';
import type { InjectedFactory } from '../auth-redirect/auth-redirect.module.js';
import { Clock } from '../auth-redirect/clock.js';
import type { HttpRequest } from '../auth-redirect/http/answer.js';
import type { AuthRedirectOptions } from '../auth-redirect/options/auth-redirect.options.js';
import { RedirectService } from '../auth-redirect/redirect/redirect.service.js';
import { MemoryReplayStore } from '../auth-redirect/replay/memory-replay-store.js';
import { ReplayStore } from '../auth-redirect/replay/replay-store.js';
import type { RefusalLimiter } from '../auth-redirect/requests/refusal-limiter.js';
import { RequestsService } from '../auth-redirect/requests/requests.service.js';
import { StepRegistry } from '../auth-redirect/steps/step-registry.js';
import { ContinueTokenService } from '../auth-redirect/token/continue-token.service.js';
import { OUTAGES } from '../redis/redis-fault.js';
import type { RedisReplayStoreOptions } from '../redis/redis-replay-store.options.js';
import { redisOptions, type Configuration } from './configuration/configuration.js';
import type { Environment } from './configuration/environment.js';
import { HealthController } from './health/health.controller.js';
import { Connections } from './http/connection-limits.js';
import { directRedirects, type TrustsProxy } from './http/direct-redirects.js';
import { DrainHook } from './http/drain.hook.js';
import { RefusalsFilter } from './http/refusals.filter.js';
import { refuseWithoutHost, type ServiceAdapter } from './http/service-adapter.js';
import { warnOfStrippedPrefix } from './http/stripped-prefix.js';
import { answerUnreadableRequests } from './http/unreadable-requests.js';
import { MeasuredTokens } from './metrics/measured-tokens.js';
import { MetricsServer } from './metrics/metrics-server.js';
import { Metrics } from './metrics/metrics.js';
import { StateMetrics } from './metrics/state-metrics.js';
import { CountingRefusalLimiter } from './rate-limits/counting-refusal-limiter.js';
import { redirectModule } from './redirect-module.js';
import { ReportsModule } from './reports.module.js';
import { Reports } from './reports.js';

@Module({
  controllers: [HealthController],
  providers: [DrainHook, MetricsServer, StateMetrics, { provide: APP_FILTER, useClass: RefusalsFilter }],
})
export class ServiceModule implements NestModule {
  constructor(
    private readonly adapterHost: HttpAdapterHost<ServiceAdapter>,
    private readonly config: ConfigService<Environment, true>,
    private readonly drain: DrainHook,
    private readonly redirects: RedirectService,
    private readonly requests: RequestsService,
    private readonly metrics: Metrics,
    private readonly steps: StepRegistry,
  ) {}

  static for(configuration: Configuration): DynamicModule {
    const { environment } = configuration;
    const redirects = redirectModule(configuration, {
      refusalLimiter: refusalLimiter(environment),
      ...replayStore(environment),
      inject: [Reports],
      useFactory: (reports: Reports): AuthRedirectOptions => {
        const referenceOf = ({ headers }: HttpRequest) => headers['x-request-id'];
        return Object.assign({}, environment.options, reports.hooks, { referenceOf });
      },
      providers: [{ provide: ContinueTokenService, useClass: MeasuredTokens }],
    });
    return { module: ServiceModule, imports: [configuration.module, ReportsModule, redirects] };
  }

  /**
   * Configures Express before Nest adds its routes. Uses `express.use()`: Nest binds a consumer's middleware to paths, which Express
   * decodes first.
   */
  configure(): void {
    const { httpAdapter } = this.adapterHost;
    const express = httpAdapter.getInstance();
    const trusted = this.config.get('TRUST_PROXY', { infer: true });
    if (trusted !== undefined) express.set('trust proxy', trusted);
    for (const name of ['x-powered-by', 'etag', 'query parser']) express.disable(name);
    express.use(this.drain.watch, refuseWithoutHost);
    const server = httpAdapter.getHttpServer();
    const limits = {
      total: this.config.get('MAX_CONNECTIONS'),
      perAddress: this.config.get('MAX_CONNECTIONS_PER_ADDRESS'),
    };
    const connections = new Connections(server, limits, (reason) => this.metrics.connectionRefused(reason));
    httpAdapter.admits = (request, response) => connections.admits(request, response);
    const trustsProxy: TrustsProxy = express.get('trust proxy fn');
    answerUnreadableRequests(server, this.requests, trustsProxy, httpAdapter.admits);
    const { publicUrl } = this.config.get('options', { infer: true });
    if (publicUrl === undefined && this.steps.defaultSteps().length > 0) warnOfStrippedPrefix(server, trustsProxy);
    httpAdapter.answerDirectly('/redirect', directRedirects(this.redirects, this.requests, this.drain, trustsProxy));
  }
}

/**
 * In memory, the limiter has a separate store: refusals cannot evict the counters of logins. Counts addresses only with TRUST_PROXY:
 * otherwise, an address may be a proxy's.
 */
function refusalLimiter(environment: Environment): InjectedFactory<RefusalLimiter> {
  const { REFUSALS_PER_MINUTE_SUBJECT: subject } = environment;
  const address = environment.REFUSALS_PER_MINUTE_ADDRESS ?? (environment.TRUST_PROXY === undefined ? 0 : 60);
  const isShared = environment.REDIS_URL !== undefined;
  return {
    inject: [ReplayStore, Clock],
    useFactory: (store: ReplayStore, clock: Clock) =>
      new CountingRefusalLimiter(isShared ? store : new MemoryReplayStore(clock), clock, { address, subject }),
  };
}

/** Without REDIS_URL, ioredis is not loaded. */
function replayStore(environment: Environment): { replayStore?: InjectedFactory<ReplayStore> } {
  const options = redisOptions(environment);
  if (!options) return {};
  return {
    replayStore: {
      inject: [Clock, Metrics],
      useFactory: async (clock: Clock, metrics: Metrics) => {
        metrics.expectStore(OUTAGES);
        const { RedisReplayStore } = await import('../redis/redis-replay-store.js');
        return new RedisReplayStore({ ...options, ...storeHooks(metrics) }, clock);
      },
    },
  };
}

function storeHooks(metrics: Metrics): Pick<RedisReplayStoreOptions, 'onDegraded' | 'onRecovered' | 'onCall'> {
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
    onCall: (operation, outcome, milliseconds) => metrics.storeCalled(operation, outcome, milliseconds),
  };
}
