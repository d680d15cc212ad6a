import { ConfigurableModuleBuilder, Module, type DynamicModule, type Type } from '@nestjs/common';
import { authRedirectControllerAt } from './auth-redirect.controller.js';
import { AUTH_REDIRECT_OPTIONS, validatedOptions, type AuthRedirectOptions } from './auth-redirect.options.js';
import { Clock, SystemClock } from './clock.js';
import { ContinueTokenService } from './continue-token/continue-token.service.js';
import { PagesService } from './pages/pages.service.js';
import { Randomness, SystemRandomness } from './randomness.js';
import { MemoryReplayStore } from './replay/memory-replay-store.js';
import { ReplayStore } from './replay/replay-store.js';
import { StateBindingService } from './replay/state-binding.service.js';
import { RequestsService } from './requests.service.js';
import { TenantsService } from './tenants/tenants.service.js';

const GIVEN_OPTIONS = Symbol.for('nestjs-auth-redirect:given-options');
const DEFAULT_PATH = 'redirect';

interface AuthRedirectExtras {
  /** Path of the redirect endpoint. Not among the options, because routes are there before async options. Default: `redirect`. */
  path?: string;
  /** Whether other modules get the exported providers without importing this one. Default: false. */
  isGlobal?: boolean;
}

const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<AuthRedirectOptions>({
  optionsInjectionToken: GIVEN_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setExtras<AuthRedirectExtras>({}, (definition, { path = DEFAULT_PATH, isGlobal = false }) =>
    withController(definition, authRedirectControllerAt(path), isGlobal),
  )
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
    { provide: ReplayStore, useClass: MemoryReplayStore },
    ContinueTokenService,
    PagesService,
    RequestsService,
    StateBindingService,
    TenantsService,
  ],
  exports: [ContinueTokenService, PagesService, RequestsService],
})
export class AuthRedirectModule extends ConfigurableModuleClass {}

function withController(definition: DynamicModule, controller: Type<unknown>, isGlobal: boolean): DynamicModule {
  return { ...definition, global: isGlobal, controllers: [controller] };
}
