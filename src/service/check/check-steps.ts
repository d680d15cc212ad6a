import { NestFactory } from '@nestjs/core';
import { StepRegistry } from '../../auth-redirect/steps/step-registry.js';
import { authRedirectOptions } from '../configuration/auth-redirect-options.js';
import { ofEnvironment, type Configuration } from '../configuration/configuration.js';
import { moduleWithSteps } from '../module-with-steps.js';
import { ok, type Finding } from './finding.js';

/**
 * The steps of a login whose token names none. Those of a package are made as the service makes them, because their ids are known
 * then only.
 *
 * @throws ConfigurationError where the ids of the package, or those that are asked for, cannot be.
 */
export async function checkSteps(configuration: Configuration): Promise<Finding> {
  const { environment } = configuration;
  const configured = Object.keys(environment.readyMadeSteps);
  const ids =
    environment.STEPS_PACKAGE === undefined ? (environment.STEPS ?? configured) : await idsWithPackage(configuration);
  return ok('steps', ids.join(', ') || 'none');
}

async function idsWithPackage(configuration: Configuration): Promise<readonly string[]> {
  const { environment, module: configModule } = configuration;
  const useFactory = () => authRedirectOptions(environment);
  const module = moduleWithSteps(configuration, { useFactory });
  const root = { module: class {}, imports: [configModule, module] };
  try {
    const context = await NestFactory.createApplicationContext(root, { abortOnError: false, logger: false });
    const steps = context.get(StepRegistry, { strict: false }).defaultSteps(environment.STEPS);
    await context.close();
    return steps.map(({ id }) => id);
  } catch (error) {
    throw ofEnvironment(error);
  }
}
