import { Global, Module } from '@nestjs/common';
import { LoggingModule } from './logging/logging.module.js';
import { MetricsServer } from './metrics/metrics-server.js';
import { Metrics } from './metrics/metrics.js';
import { Reports } from './reports.js';

/** Where the service tells what it does. */
@Global()
@Module({
  imports: [LoggingModule],
  providers: [Metrics, MetricsServer, Reports],
  exports: [LoggingModule, Metrics, Reports],
})
export class ReportsModule {}
