import { Global, Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { Environment } from './configuration/environment.js';
import { LogOutput } from './logging/log-output.js';
import { createLogger, LOGGER, NestLogger } from './logging/logger.js';
import { Metrics } from './metrics/metrics.js';
import { Reports } from './reports.js';

@Global()
@Module({
  providers: [
    LogOutput,
    Metrics,
    NestLogger,
    Reports,
    {
      provide: LOGGER,
      inject: [ConfigService, LogOutput],
      useFactory: (config: ConfigService<Environment, true>, output: LogOutput) =>
        createLogger(config.get('LOG_LEVEL', { infer: true }), output),
    },
  ],
  exports: [LogOutput, Metrics, NestLogger, Reports],
})
export class ReportsModule {}
