import type { DynamicModule } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { AuthRedirectOptionsError } from '../../auth-redirect/errors.js';
import { loadViews } from '../../auth-redirect/pages/views.js';
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
  await checkViews(environment.VIEWS_DIRECTORY);
  return { module, environment };
}

/** Before Nest starts, which would log the failure with a stack. */
async function checkViews(directory: string | undefined): Promise<void> {
  try {
    await loadViews(directory);
  } catch (error) {
    if (!(error instanceof AuthRedirectOptionsError)) throw error;
    throw new ConfigurationError(
      error.problems.map((problem) => problem.replace(/^viewsDirectory/, 'VIEWS_DIRECTORY')),
    );
  }
}
