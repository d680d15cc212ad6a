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
import { RefusalLimiter } from './requests/refusal-limiter.js';
import { RedirectService } from './redirect/redirect.service.js';
import { RequestsService } from './requests/requests.service.js';
import { PostedReturnsService } from './steps/posted-returns.service.js';
import type { Step } from './steps/step.js';
import { StepRegistry } from './steps/step-registry.js';
import { StepRules } from './steps/step-rules.js';
import { StepResultsService } from './steps/step-results.service.js';
import { StepRunnerService } from './steps/step-runner.service.js';
import { StepSessionsService } from './steps/step-sessions.service.js';
import { StepWebhooksService } from './steps/step-webhooks.service.js';
import { StepsService } from './steps/steps.service.js';
import { UnparsedForms } from './steps/unparsed-forms.js';
import { TenantsService } from './tenants/tenants.service.js';

const GIVEN_OPTIONS = Symbol.for('nestjs-auth-redirect:given-options');

/**
 * Describes a Nest factory provider without its token.
 *
 * @publicApi
 */
export type InjectedFactory<Instance> = Pick<FactoryProvider<Instance>, 'inject' | 'useFactory'>;

const IN_MEMORY: InjectedFactory<ReplayStore> = {
  inject: [Clock],
  useFactory: (clock: Clock) => new MemoryReplayStore(clock),
};
const UNLIMITED: InjectedFactory<RefusalLimiter> = { useFactory: () => ({ tooMany: () => undefined }) };

/**
 * Configures what the module needs before its options are resolved.
 *
 * @publicApi
 */
export interface AuthRedirectExtras {
  /**
   * Path of the redirect endpoint, without a global prefix. The routes are version-neutral. If `false`, the module adds no routes: call
   * {@link RedirectService} and {@link StepsService} from your own routes. Default: `redirect`.
   */
  path?: string | false;
  /**
   * The steps in order: classes, or factory providers for steps with options. Default: none.
   *
   * @example
   * ```ts
   * steps: [
   *   BirthdayStep,
   *   { provide: 'billing', useFactory: () => new ProfileStep({ id: 'billing', fields: BILLING_FIELDS }) },
   * ]
   * ```
   */
  steps?: readonly (Type<Step> | FactoryProvider<Step>)[];
  /** Modules whose exports can be injected into steps, `replayStore` and `refusalLimiter`. Default: none. */
  imports?: DynamicModule['imports'];
  /**
   * Decorators for the controllers and their handlers, for example to exempt them from a guard of the host. Default: none.
   *
   * @example
   * ```ts
   * decorators: [Public(), SkipThrottle()]
   * ```
   */
  decorators?: readonly RouteDecorator[];
  /**
   * Creates the {@link ReplayStore}, like `redisReplayStore({ url })` of `nestjs-auth-redirect/redis`. Default: a store in the memory of
   * this process.
   */
  replayStore?: InjectedFactory<ReplayStore>;
  /** Creates the {@link RefusalLimiter}. Default: no limit. */
  refusalLimiter?: InjectedFactory<RefusalLimiter>;
  /** Whether other modules can inject the exports without importing this module. Default: false. */
  isGlobal?: boolean;
}

const DEFAULTS: Required<AuthRedirectExtras> = {
  path: 'redirect',
  steps: [],
  imports: [],
  decorators: [],
  replayStore: IN_MEMORY,
  refusalLimiter: UNLIMITED,
  isGlobal: false,
};

const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<AuthRedirectOptions>({
  optionsInjectionToken: GIVEN_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createAuthRedirectOptions')
  .setExtras<AuthRedirectExtras>(DEFAULTS, (definition, given) => {
    const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const extras: Required<AuthRedirectExtras> = { ...DEFAULTS, ...set };
    const { steps, replayStore, refusalLimiter } = extras;
    return {
      ...definition,
      global: extras.isGlobal,
      imports: [...(definition.imports ?? []), ...(extras.imports ?? [])],
      controllers: controllersOf(extras),
      providers: [
        ...(definition.providers ?? []),
        ...steps,
        ...(steps.length > 0 ? [UnparsedForms] : []),
        { provide: ReplayStore, ...replayStore },
        { provide: RefusalLimiter, ...refusalLimiter },
        {
          provide: StepRegistry,
          inject: [AUTH_REDIRECT_OPTIONS, ...steps.map((step) => ('provide' in step ? step.provide : step))],
          useFactory: async (options: AuthRedirectOptions, ...registered: Step[]) =>
            new StepRegistry(registered, options, await StepRules.compile(options.stepRules)),
        },
      ],
    };
  })
  .build();

function controllersOf({ path, steps, decorators }: Required<AuthRedirectExtras>): Type<unknown>[] {
  if (path === false) return [];
  if (typeof path !== 'string') throw new AuthRedirectOptionsError(['path is neither a string nor false']);
  const redirect = authRedirectControllerAt(path, decorators);
  return steps.length > 0 ? [redirect, stepsControllerAt(path, decorators)] : [redirect];
}

function optionsOf(given: AuthRedirectOptions): AuthRedirectOptions {
  const misplaced = Object.keys(given).filter((name) => Object.hasOwn(DEFAULTS, name));
  if (misplaced.length === 0) return validatedOptions(given);
  throw new AuthRedirectOptionsError(
    misplaced.map((name) => `${name} belongs next to useFactory, useClass or useExisting, not in its result`),
  );
}

/**
 * Creates the options, for `useClass` and `useExisting` of {@link AuthRedirectModule.forRootAsync}.
 *
 * @publicApi
 */
export interface AuthRedirectOptionsFactory {
  createAuthRedirectOptions(): AuthRedirectOptions | Promise<AuthRedirectOptions>;
}

/**
 * Provides the redirect endpoint and its parts. Invalid options fail startup with {@link AuthRedirectOptionsError}.
 *
 * @example
 * ```ts
 * AuthRedirectModule.forRoot({ issuer: 'example.eu.auth0.com', secret: process.env.AUTH0_SESSION_SECRET })
 * ```
 *
 * @example
 * ```ts
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
 * ```
 *
 * @publicApi
 */
@Module({
  providers: [
    { provide: AUTH_REDIRECT_OPTIONS, useFactory: optionsOf, inject: [GIVEN_OPTIONS] },
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
    PostedReturnsService,
    RedirectService,
    RequestsService,
    StateBindingService,
    StepResultsService,
    StepRunnerService,
    StepSessionsService,
    StepsService,
    StepWebhooksService,
    TenantsService,
  ],
  exports: [
    Clock,
    ContinuePageService,
    ContinueTokenService,
    PagesService,
    RedirectService,
    RefusalLimiter,
    ReplayStore,
    RequestsService,
    StateBindingService,
    StepsService,
  ],
})
export class AuthRedirectModule extends ConfigurableModuleClass {}
