import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { asConfigurationError, loadConfiguration } from './configuration/configuration.js';
import { ServiceAdapter } from './http/service-adapter.js';
import { LogOutput } from './logging/log-output.js';
import { NestLogger } from './logging/logger.js';
import { ServiceModule } from './service.module.js';

/**
 * Starts the service and listens.
 *
 * @throws ConfigurationError if the environment cannot work; a system error if the address cannot be listened on.
 */
export async function startService(): Promise<NestExpressApplication> {
  const configuration = await loadConfiguration();
  const app = await NestFactory.create<NestExpressApplication>(ServiceModule.for(configuration), new ServiceAdapter(), {
    abortOnError: false,
    bodyParser: false,
    bufferLogs: true,
    autoFlushLogs: false,
  }).catch((error: unknown) => {
    const known = asConfigurationError(error);
    // For anything but a mistake in the configuration, print what Nest logged about it, with the stack.
    if (known === error) Logger.flush();
    throw known;
  });
  app.useLogger(app.get(NestLogger));
  app.flushLogs();
  // As PID 1 of a container a re-raised SIGTERM is ignored by the kernel.
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  const { PORT, HOST } = configuration.environment;
  try {
    await app.listen(PORT, HOST);
  } catch (error) {
    await app.get(LogOutput).end();
    throw error;
  }
  return app;
}
