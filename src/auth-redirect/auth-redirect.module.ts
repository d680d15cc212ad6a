import { ConfigurableModuleBuilder, Module, type FactoryProvider, type Type } from '@nestjs/common';
import { authRedirectControllerAt } from './auth-redirect.controller.js';
import { AUTH_REDIRECT_OPTIONS, validatedOptions, type AuthRedirectOptions } from './auth-redirect.options.js';
import { Clock, SystemClock } from './clock.js';
import { ContinuePageService } from './continue-page.service.js';
import { ContinueTokenService } from './continue-token/continue-token.service.js';
import { loadLocales, Locales } from './locales/locales.js';
import { PagesService } from './pages/pages.service.js';
import { loadViews } from './pages/load-views.js';
import { Views } from './pages/views.js';
import { Randomness, SystemRandomness } from './randomness.js';
import { MemoryReplayStore } from './replay/memory-replay-store.js';
import { ReplayStore } from './replay/replay-store.js';
import { StateBindingService } from './replay/state-binding.service.js';
import { NoRefusalLimiter, RefusalLimiter } from './refusal-limiter.js';
import { RequestsService } from './requests.service.js';
import type { Step } from './steps/step.js';
import { StepContextsService } from './steps/step-contexts.service.js';
import { StepLoginsService } from './steps/step-logins.service.js';
import { StepRegistry } from './steps/step-registry.js';
import { StepResultsService } from './steps/step-results.service.js';
import { StepRunnerService } from './steps/step-runner.service.js';
import { StepSessionSeal } from './steps/step-session-seal.js';
import { stepsControllerAt } from './steps/steps.controller.js';
import { TenantsService } from './tenants/tenants.service.js';

const GIVEN_OPTIONS = Symbol.for('nestjs-auth-redirect:given-options');
const DEFAULT_PATH = 'redirect';

/** As a factory provider of Nest's, without its token. */
export type Made<Instance> = Pick<FactoryProvider<Instance>, 'inject' | 'useFactory'>;

const IN_MEMORY: Made<ReplayStore> = { inject: [Clock], useFactory: (clock: Clock) => new MemoryReplayStore(clock) };
const UNLIMITED: Made<RefusalLimiter> = { useFactory: () => new NoRefusalLimiter() };

interface AuthRedirectExtras {
  /** Path of the redirect endpoint. Not among the options, because routes are there before async options. Default: `redirect`. */
  path?: string;
  /** Classes of the steps, in the order in which they are taken. Providers of this module. Default: none. */
  steps?: readonly Type<Step>[];
  /**
   * How the {@link ReplayStore} is made, like `redisReplayStore({ url })` of `nestjs-auth-redirect/redis`. Default: the memory of
   * this process.
   */
  replayStore?: Made<ReplayStore>;
  /** How the {@link RefusalLimiter} is made. Default: one that limits nothing. */
  refusalLimiter?: Made<RefusalLimiter>;
  /** Whether other modules get the exported providers without importing this one. Default: false. */
  isGlobal?: boolean;
}

const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<AuthRedirectOptions>({
  optionsInjectionToken: GIVEN_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setExtras<AuthRedirectExtras>({}, (definition, { path = DEFAULT_PATH, steps = [], isGlobal = false, ...made }) => ({
    ...definition,
    global: isGlobal,
    controllers: [authRedirectControllerAt(path), ...(steps.length > 0 ? [stepsControllerAt(path)] : [])],
    providers: [
      ...(definition.providers ?? []),
      ...steps,
      { provide: ReplayStore, ...(made.replayStore ?? IN_MEMORY) },
      { provide: RefusalLimiter, ...(made.refusalLimiter ?? UNLIMITED) },
      {
        provide: StepRegistry,
        inject: [AUTH_REDIRECT_OPTIONS, ...steps],
        useFactory: (options: AuthRedirectOptions, ...registered: Step[]) => new StepRegistry(registered, options),
      },
    ],
  }))
  .build();

/**
 * The redirect endpoint and the parts it is made of.
 *
 * @example
 * AuthRedirectModule.forRoot({ issuer: 'example.eu.auth0.com', secret: process.env.AUTH0_SESSION_SECRET })
 *
 * @publicApi
 */
@Module({
  providers: [
    { provide: AUTH_REDIRECT_OPTIONS, useFactory: validatedOptions, inject: [GIVEN_OPTIONS] },
    { provide: Clock, useClass: SystemClock },
    { provide: Randomness, useClass: SystemRandomness },
    {
      provide: Views,
      inject: [AUTH_REDIRECT_OPTIONS],
      useFactory: async ({ viewsDirectory }: AuthRedirectOptions) => loadViews(viewsDirectory),
    },
    {
      provide: Locales,
      inject: [AUTH_REDIRECT_OPTIONS],
      useFactory: ({ localesDirectory }: AuthRedirectOptions) => loadLocales(localesDirectory),
    },
    ContinuePageService,
    ContinueTokenService,
    PagesService,
    RequestsService,
    StateBindingService,
    StepContextsService,
    StepLoginsService,
    StepResultsService,
    StepRunnerService,
    StepSessionSeal,
    TenantsService,
  ],
  exports: [Clock, ContinueTokenService, PagesService, ReplayStore, RequestsService],
})
export class AuthRedirectModule extends ConfigurableModuleClass {}
