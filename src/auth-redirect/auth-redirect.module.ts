import { ConfigurableModuleBuilder, Module, type DynamicModule, type FactoryProvider, type Type } from '@nestjs/common';
import {
  authRedirectControllerAt,
  stepsControllerAt,
  type RouteDecorator,
} from './redirect/auth-redirect.controller.js';
import { AUTH_REDIRECT_OPTIONS, validatedOptions, type AuthRedirectOptions } from './options/auth-redirect.options.js';
import { Clock, SystemClock } from './clock.js';
import { AuthRedirectOptionsError } from './errors.js';
import { ContinuePageService } from './continue-page/continue-page.service.js';
import { ContinueTokenService } from './token/continue-token.service.js';
import { loadLocales, Locales } from './locales/locales.js';
import { PagesService } from './pages/pages.service.js';
import { loadViews } from './pages/load-views.js';
import { Views } from './pages/views.js';
import { Randomness, SystemRandomness } from './randomness.js';
import { MemoryReplayStore } from './replay/memory-replay-store.js';
import { ReplayStore } from './replay/replay-store.js';
import { StateBindingService } from './continue-page/state-binding.service.js';
import { NoRefusalLimiter, RefusalLimiter } from './requests/refusal-limiter.js';
import { RedirectService } from './redirect/redirect.service.js';
import { RequestsService } from './requests/requests.service.js';
import type { Step } from './steps/step.js';
import { StepContextsService } from './steps/step-contexts.service.js';
import { StepLoginsService } from './steps/step-logins.service.js';
import { StepRegistry } from './steps/step-registry.js';
import { StepResultsService } from './steps/step-results.service.js';
import { StepRunnerService } from './steps/step-runner.service.js';
import { StepSessionSeal } from './steps/step-session-seal.js';
import { StepsService } from './steps/steps.service.js';
import { UnparsedForms } from './steps/unparsed-forms.js';
import { TenantsService } from './tenants/tenants.service.js';

const GIVEN_OPTIONS = Symbol.for('nestjs-auth-redirect:given-options');
const DEFAULT_PATH = 'redirect';

/**
 * What makes a provider: a factory provider of Nest's, without its token.
 *
 * @publicApi
 */
export type Made<Instance> = Pick<FactoryProvider<Instance>, 'inject' | 'useFactory'>;

const IN_MEMORY: Made<ReplayStore> = { inject: [Clock], useFactory: (clock: Clock) => new MemoryReplayStore(clock) };
const UNLIMITED: Made<RefusalLimiter> = { useFactory: () => new NoRefusalLimiter() };

/**
 * What the module has to know before its options are there: `forRoot` and `forRootAsync` take these beside them.
 *
 * @publicApi
 */
export interface AuthRedirectExtras {
  /**
   * Path of the redirect endpoint, without a global prefix; the routes are neutral to versions. `false`: there are no routes,
   * and the application answers its own with {@link RedirectService} and {@link StepsService}. Default: `redirect`.
   */
  path?: string | false;
  /** Classes of the steps, in the order in which they are taken. Providers of this module. Default: none. */
  steps?: readonly Type<Step>[];
  /** Modules whose exports the steps, and what `replayStore` and `refusalLimiter` make, are injected with. Default: none. */
  imports?: DynamicModule['imports'];
  /**
   * Put on the controllers and on each of their handlers, like the decorator that tells the host's own guard which routes
   * need no sign-in. Default: none.
   *
   * @example
   * decorators: [Public(), SkipThrottle()]
   */
  decorators?: readonly RouteDecorator[];
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
  .setFactoryMethodName('createAuthRedirectOptions')
  .setExtras<AuthRedirectExtras>({}, (definition, { steps = [], imports = [], isGlobal = false, ...extras }) => ({
    ...definition,
    global: isGlobal,
    imports: [...(definition.imports ?? []), ...imports],
    controllers: controllersOf(steps, extras),
    providers: [
      ...(definition.providers ?? []),
      ...steps,
      ...(steps.length > 0 ? [UnparsedForms] : []),
      { provide: ReplayStore, ...(extras.replayStore ?? IN_MEMORY) },
      { provide: RefusalLimiter, ...(extras.refusalLimiter ?? UNLIMITED) },
      {
        provide: StepRegistry,
        inject: [AUTH_REDIRECT_OPTIONS, ...steps],
        useFactory: (options: AuthRedirectOptions, ...registered: Step[]) => new StepRegistry(registered, options),
      },
    ],
  }))
  .build();

function controllersOf(
  steps: readonly Type<Step>[],
  { path = DEFAULT_PATH, decorators = [] }: AuthRedirectExtras,
): Type<unknown>[] {
  if (path === false) return [];
  if (typeof path !== 'string') throw new AuthRedirectOptionsError(['path is neither a path nor false']);
  const redirect = authRedirectControllerAt(path, decorators);
  return steps.length > 0 ? [redirect, stepsControllerAt(path, decorators)] : [redirect];
}

/**
 * What `useClass` and `useExisting` of {@link AuthRedirectModule.forRootAsync} name.
 *
 * @publicApi
 */
export interface AuthRedirectOptionsFactory {
  createAuthRedirectOptions(): AuthRedirectOptions | Promise<AuthRedirectOptions>;
}

/**
 * The redirect endpoint and the parts it is made of. Options that cannot work stop the start with {@link AuthRedirectOptionsError}.
 *
 * @example
 * AuthRedirectModule.forRoot({ issuer: 'example.eu.auth0.com', secret: process.env.AUTH0_SESSION_SECRET })
 *
 * @example
 * AuthRedirectModule.forRootAsync({
 *   path: 'auth/redirect',
 *   steps: [BirthdayStep],
 *   imports: [UsersModule],
 *   inject: [ConfigService],
 *   useFactory: (config: ConfigService) => ({
 *     issuer: config.getOrThrow('AUTH0_ISSUER'),
 *     secret: config.getOrThrow('AUTH0_SESSION_SECRET'),
 *   }),
 * })
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
    RedirectService,
    RequestsService,
    StateBindingService,
    StepContextsService,
    StepLoginsService,
    StepResultsService,
    StepRunnerService,
    StepSessionSeal,
    StepsService,
    TenantsService,
  ],
  exports: [
    Clock,
    ContinuePageService,
    ContinueTokenService,
    PagesService,
    RedirectService,
    ReplayStore,
    RequestsService,
    StateBindingService,
    StepsService,
  ],
})
export class AuthRedirectModule extends ConfigurableModuleClass {}
