import type { Server } from 'node:http';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { StepRegistry } from '../auth-redirect/steps/step-registry.js';
import { TenantsService } from '../auth-redirect/tenants/tenants.service.js';
import { asConfigurationError, loadConfiguration } from './configuration/configuration.js';
import type { Environment } from './configuration/environment.js';
import { ServiceAdapter } from './http/service-adapter.js';
import { LogOutput } from './logging/log-output.js';
import { NestLogger } from './logging/logger.js';
import { ServiceModule } from './service.module.js';

const ISSUERS_MAX = 20;

/** @throws ConfigurationError if the environment is invalid; a system error if the service cannot listen. */
export async function startService(): Promise<NestExpressApplication> {
  const configuration = await loadConfiguration();
  const app = await NestFactory.create<NestExpressApplication>(ServiceModule.for(configuration), new ServiceAdapter(), {
    abortOnError: false,
    bodyParser: false,
    bufferLogs: true,
    autoFlushLogs: false,
  }).catch((error: unknown) => {
    const known = asConfigurationError(error);
    // Unless the configuration is wrong, print Nest's log lines about the error, with the stack.
    if (known === error) Logger.flush();
    throw known;
  });
  app.useLogger(app.get(NestLogger));
  app.flushLogs();
  // For PID 1 of a container, the kernel ignores a re-raised SIGTERM.
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  const { PORT, HOST } = configuration.environment;
  try {
    await app.listen(PORT, HOST);
  } catch (error) {
    await app.get(LogOutput).end();
    throw error;
  }
  logStart(app, configuration.environment);
  return app;
}

function logStart(app: NestExpressApplication, { options, REDIS_URL }: Environment): void {
  const server: Server = app.getHttpServer();
  const tenants = app.get(TenantsService, { strict: false }).all().slice(0, ISSUERS_MAX);
  const steps = app.get(StepRegistry, { strict: false }).defaultSteps(options.defaultSteps);
  new Logger('Service').log({
    msg: 'started',
    ...Object(server.address()),
    path: '/redirect',
    issuers: tenants.map(({ issuer }) => issuer),
    continueUrls: tenants.map(({ continueUrl }) => continueUrl),
    steps: steps.map(({ id }) => id),
    store: REDIS_URL === undefined ? 'memory' : 'redis',
  });
}
