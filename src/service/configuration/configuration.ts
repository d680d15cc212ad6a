import type { DynamicModule } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
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
  return { module, environment };
}
