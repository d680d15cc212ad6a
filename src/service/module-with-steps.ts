import type { DynamicModule } from '@nestjs/common';
import { AuthRedirectModule } from '../auth-redirect/auth-redirect.module.js';
import type { Configuration } from './configuration/configuration.js';
import { ReadyMadeStepsModule, readyMadeSteps } from './ready-made-steps.js';

type Definition = Parameters<typeof AuthRedirectModule.forRootAsync>[0];

/** The module with the steps that are configured: the ready-made ones, then those of the package, with what these are injected with. */
export function moduleWithSteps(
  { environment, stepsPackage }: Configuration,
  definition: Omit<Definition, 'imports' | 'steps'>,
): DynamicModule {
  const module = AuthRedirectModule.forRootAsync({
    ...definition,
    imports: [ReadyMadeStepsModule.for(environment.readyMadeSteps), ...stepsPackage.imports],
    steps: [...readyMadeSteps(environment.readyMadeSteps), ...stepsPackage.steps],
  });
  return { ...module, providers: [...(module.providers ?? []), ...stepsPackage.providers] };
}
