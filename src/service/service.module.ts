import { Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { APP_FILTER } from '@nestjs/core';
import { AuthRedirectModule } from '../auth-redirect/auth-redirect.module.js';
import { authRedirectOptions } from './configuration/auth-redirect-options.js';
import { configuration } from './configuration/configuration.module.js';
import { HealthController } from './health/health.controller.js';
import { RefusalsFilter } from './http/refusals.filter.js';
import { LoggingModule } from './logging/logging.module.js';
import { RequestLog } from './logging/request-log.js';

/** The microservice around the module: configuration, log, health, refusals. */
@Module({
  imports: [
    configuration,
    LoggingModule,
    AuthRedirectModule.forRootAsync({ inject: [ConfigService, RequestLog], useFactory: authRedirectOptions }),
  ],
  controllers: [HealthController],
  providers: [{ provide: APP_FILTER, useClass: RefusalsFilter }],
})
export class ServiceModule {}
