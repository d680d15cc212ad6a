import type { DynamicModule } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { AuthRedirectOptionsError } from '../../auth-redirect/errors.js';
import { loadLocales } from '../../auth-redirect/locales/locales.js';
import { loadViews } from '../../auth-redirect/pages/load-views.js';
import { ConfigurationError, validateEnvironment, type Environment } from './environment.js';

/** The validated environment, for whoever starts the service and, as a module, for whoever is injected with it. */
export interface Configuration {
  readonly module: DynamicModule;
  readonly environment: Environment;
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
  await checkDirectories(environment);
  return { module, environment };
}

/** Before Nest starts, which would log the failure with a stack. */
async function checkDirectories({ VIEWS_DIRECTORY, LOCALES_DIRECTORY }: Environment): Promise<void> {
  try {
    await loadViews(VIEWS_DIRECTORY);
    loadLocales(LOCALES_DIRECTORY);
  } catch (error) {
    if (!(error instanceof AuthRedirectOptionsError)) throw error;
    throw new ConfigurationError(
      error.problems.map((problem) =>
        problem.replace(/^viewsDirectory/, 'VIEWS_DIRECTORY').replace(/^localesDirectory/, 'LOCALES_DIRECTORY'),
      ),
    );
  }
}
