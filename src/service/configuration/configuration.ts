import { Logger, type DynamicModule } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { AuthRedirectOptionsError } from '../../auth-redirect/errors.js';
import { validatedOptions } from '../../auth-redirect/options/auth-redirect.options.js';
import { loadLocales } from '../../auth-redirect/locales/locales.js';
import { loadViews } from '../../auth-redirect/pages/load-views.js';
import { completeOptions } from '../../redis/redis-replay-store.options.js';
import { tenantsOf } from '../../auth-redirect/tenants/tenants-of.js';
import { authRedirectOptions, inEnvironment } from './auth-redirect-options.js';
import { redisOptions } from './redis-options.js';
import { ConfigurationError, validateEnvironment, type Environment } from './environment.js';
import { loadStepsPackage, type StepsPackage } from './steps-package.js';

/** The validated environment, for whoever starts the service and, as a module, for whoever is injected with it. */
export interface Configuration {
  readonly module: DynamicModule;
  readonly environment: Environment;
  /** What STEPS_PACKAGE has. */
  readonly stepsPackage: StepsPackage;
}

/** @throws ConfigurationError with every problem at once. */
export async function loadConfiguration(): Promise<Configuration> {
  let environment: Environment | undefined;
  const module = await ConfigModule.forRoot({
    isGlobal: true,
    ignoreEnvFile: process.env.NODE_ENV === 'production',
    validate: (variables) => (environment = validateEnvironment(variables)),
  });
  if (!environment) throw new ConfigurationError(['the environment was not read']);
  const stepsPackage = await loadStepsPackage(environment.STEPS_PACKAGE);
  withDirectoriesOf(stepsPackage, environment);
  await checkFiles(environment);
  return { module, environment, stepsPackage };
}

/**
 * Reads what the environment names, before Nest starts, which would log the failure with a stack.
 *
 * @throws ConfigurationError with every problem at once.
 */
export async function checkFiles(environment: Environment): Promise<void> {
  try {
    const options = validatedOptions(authRedirectOptions(environment));
    tenantsOf(options, () => {});
    await loadViews(options.viewsDirectory);
    loadLocales(options.localesDirectory);
    const redis = redisOptions(environment);
    if (redis) completeOptions(redis, new Logger());
  } catch (error) {
    throw ofEnvironment(error);
  }
}

/** An error of the module's options as one of the environment; any other as it is. */
export function ofEnvironment(error: unknown): unknown {
  return error instanceof AuthRedirectOptionsError ? new ConfigurationError(error.problems.map(inEnvironment)) : error;
}

function withDirectoriesOf({ viewsDirectory, localesDirectory }: StepsPackage, environment: Environment): void {
  if (viewsDirectory !== undefined) environment.VIEWS_DIRECTORY ??= viewsDirectory;
  if (localesDirectory !== undefined) environment.LOCALES_DIRECTORY ??= localesDirectory;
}
