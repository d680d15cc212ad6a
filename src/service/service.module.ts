import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { AuthRedirectModule } from '../auth-redirect/auth-redirect.module.js';
import type { AuthRedirectOptions } from '../auth-redirect/auth-redirect.options.js';
import { authRedirectOptions } from './configuration/auth-redirect-options.js';
import type { Configuration } from './configuration/configuration.js';
import { HealthController } from './health/health.controller.js';
import { DrainHook } from './http/drain.hook.js';
import { RefusalsFilter } from './http/refusals.filter.js';
import { LoggingModule } from './logging/logging.module.js';
import { RequestLog } from './logging/request-log.js';
import { ReadyMadeStepsModule, readyMadeSteps } from './ready-made-steps.js';

/** The microservice around the module: configuration, log, health, refusals, ready-made steps. */
@Module({
  controllers: [HealthController],
  providers: [DrainHook, { provide: APP_FILTER, useClass: RefusalsFilter }],
})
export class ServiceModule {
  static for({ module: configModule, environment }: Configuration): DynamicModule {
    const redirectModule = AuthRedirectModule.forRootAsync({
      imports: [ReadyMadeStepsModule.for(environment.readyMadeSteps)],
      steps: readyMadeSteps(environment.readyMadeSteps),
      inject: [RequestLog],
      useFactory: (requestLog: RequestLog): AuthRedirectOptions => ({
        ...authRedirectOptions(environment),
        onCompleted: (event) => requestLog.completed(event),
        onStep: (event) => requestLog.stepped(event),
        onRefused: (event) => requestLog.refused(event),
        onKeys: (event) => requestLog.keys(event),
      }),
    });
    return { module: ServiceModule, imports: [configModule, LoggingModule, redirectModule] };
  }
}
