import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { RedirectService } from '../auth-redirect/redirect/redirect.service.js';
import { RequestsService } from '../auth-redirect/requests/requests.service.js';
import { TenantsService } from '../auth-redirect/tenants/tenants.service.js';
import { OUTAGES } from '../redis/redis-fault.js';
import { loadConfiguration, ofEnvironment } from './configuration/configuration.js';
import { directRedirects, type TrustsProxy } from './http/direct-redirects.js';
import { DrainHook } from './http/drain.hook.js';
import { answerUnreadableRequests } from './http/unreadable-requests.js';
import { refuseWithoutHost, ServiceAdapter } from './http/service-adapter.js';
import { Metrics } from './metrics/metrics.js';
import { MetricsServer } from './metrics/metrics-server.js';
import { NestLogger } from './logging/logger.js';
import { ServiceModule } from './service.module.js';

const DEFAULT_METRICS_PORT = 9464;

/**
 * Starts the service and listens.
 *
 * @throws ConfigurationError where the environment cannot work; a system error where the address cannot be listened on.
 */
export async function startService(): Promise<NestExpressApplication> {
  const configuration = await loadConfiguration();
  const module = ServiceModule.for(configuration);
  const adapter = new ServiceAdapter();
  const app = await NestFactory.create<NestExpressApplication>(module, adapter, {
    abortOnError: false,
    bodyParser: false,
    bufferLogs: true,
    autoFlushLogs: false,
  }).catch((error: unknown) => {
    const known = ofEnvironment(error);
    // Nest's own account of it, with the stack: for what is no mistake of the configuration.
    if (known === error) Logger.flush();
    throw known;
  });
  app.useLogger(app.get(NestLogger));
  app.flushLogs();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  const { TRUST_PROXY } = configuration.environment;
  if (TRUST_PROXY !== undefined) app.set('trust proxy', TRUST_PROXY);
  const drain = app.get(DrainHook, { strict: false });
  app.use(drain.watch);
  app.use(refuseWithoutHost);
  const requests = app.get(RequestsService, { strict: false });
  answerUnreadableRequests(app.getHttpServer(), requests);
  const trustsProxy: TrustsProxy = adapter.getInstance().get('trust proxy fn');
  adapter.answerDirectly(
    '/redirect',
    directRedirects(app.get(RedirectService, { strict: false }), requests, trustsProxy, drain.beforeAnswer),
  );
  // As PID 1 of a container a re-raised SIGTERM is ignored by the kernel.
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  const { HOST, METRICS_PORT, REDIS_URL } = configuration.environment;
  app.get(Metrics).begin(app.get(TenantsService, { strict: false }), REDIS_URL === undefined ? [] : OUTAGES);
  await app.get(MetricsServer).listen(HOST, METRICS_PORT ?? DEFAULT_METRICS_PORT, METRICS_PORT !== undefined);
  await app.listen(configuration.environment.PORT, configuration.environment.HOST);
  return app;
}
