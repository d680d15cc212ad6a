import { Global, Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { Logger } from 'pino';
import type { Environment } from '../configuration/environment.js';
import { createLogger, NestLogger } from './logger.js';
import { RequestLog } from './request-log.js';

/** Injection token of the pino logger. */
const LOGGER = Symbol('logger');

@Global()
@Module({
  providers: [
    {
      provide: LOGGER,
      inject: [ConfigService],
      useFactory: (config: ConfigService<Environment, true>) => createLogger(config.get('LOG_LEVEL', { infer: true })),
    },
    { provide: NestLogger, inject: [LOGGER], useFactory: (logger: Logger) => new NestLogger(logger) },
    { provide: RequestLog, inject: [LOGGER], useFactory: (logger: Logger) => new RequestLog(logger) },
  ],
  exports: [NestLogger, RequestLog],
})
export class LoggingModule {}
