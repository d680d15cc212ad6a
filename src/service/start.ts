import { ConfigService } from '@nestjs/config';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { RequestsService } from '../auth-redirect/requests.service.js';
import { configuration } from './configuration/configuration.module.js';
import type { Environment } from './configuration/environment.js';
import { answerUnreadableRequests } from './http/unreadable-requests.js';
import { NestLogger } from './logging/logger.js';
import { ServiceModule } from './service.module.js';

/**
 * Starts the service and listens.
 *
 * @throws ConfigurationError where the environment cannot work; a system error where the address cannot be listened on.
 */
export async function startService(): Promise<NestExpressApplication> {
  await configuration; // before Nest, which would log the failure with a stack
  const app = await NestFactory.create<NestExpressApplication>(ServiceModule, {
    abortOnError: false,
    bodyParser: false,
    bufferLogs: true,
  });
  app.useLogger(app.get(NestLogger));
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  answerUnreadableRequests(app.getHttpServer(), app.get(RequestsService, { strict: false }));
  // As PID 1 of a container a re-raised SIGTERM is ignored by the kernel.
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  const config = app.get<ConfigService<Environment, true>>(ConfigService);
  await app.listen(config.get('PORT', { infer: true }), config.get('HOST', { infer: true }));
  return app;
}
