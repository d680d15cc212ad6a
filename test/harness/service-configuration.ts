import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { completeOptions } from '../../src/redis/redis-replay-store.options.js';
import { asConfigurationError, redisOptions } from '../../src/service/configuration/configuration.js';
import type { Environment } from '../../src/service/configuration/environment.js';
import { redirectModule } from '../../src/service/redirect-module.js';

/**
 * Creates the module like the service, from the files in the environment. Rejects if the service would fail to start.
 */
export async function checkFiles(environment: Environment): Promise<void> {
  const configuration = {
    module: { module: class {} },
    environment,
    stepsPackage: { steps: [], providers: [], imports: [] },
  };
  const module = redirectModule(configuration, { useFactory: () => environment.options });
  const root = { module: class {}, imports: [module] };
  try {
    const context = await NestFactory.createApplicationContext(root, { abortOnError: false, logger: false });
    await context.close();
    const redis = redisOptions(environment);
    if (redis) completeOptions(redis, new Logger());
  } catch (error) {
    throw asConfigurationError(error);
  }
}
