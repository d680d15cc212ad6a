import type { DynamicModule } from '@nestjs/common';
import { AuthRedirectModule } from '../auth-redirect/auth-redirect.module.js';
import { StepRegistry } from '../auth-redirect/steps/step-registry.js';
import { TenantsService } from '../auth-redirect/tenants/tenants.service.js';
import type { Configuration } from './configuration/configuration.js';
import { readyMadeSteps } from './ready-made-steps.js';

type Definition = Parameters<typeof AuthRedirectModule.forRootAsync>[0];

/** Creates a global module. The ready-made steps are first. */
export function redirectModule(
  { environment, stepsPackage }: Configuration,
  { providers = [], ...definition }: Omit<Definition, 'imports' | 'steps'> & Pick<DynamicModule, 'providers'>,
): DynamicModule {
  const module = AuthRedirectModule.forRootAsync({
    ...definition,
    isGlobal: true,
    imports: [...stepsPackage.imports],
    steps: [...readyMadeSteps(environment.readyMadeSteps), ...stepsPackage.steps],
  });
  return {
    ...module,
    // Of two providers with the same token, Nest uses the last.
    providers: [...(module.providers ?? []), ...stepsPackage.providers, ...providers],
    exports: [StepRegistry, TenantsService],
  };
}
