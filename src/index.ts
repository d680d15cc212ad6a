export { AuthRedirectModule } from './auth-redirect/auth-redirect.module.js';
export { AuthRedirectOptions } from './auth-redirect/auth-redirect.options.js';
export { BrandingOptions } from './auth-redirect/branding/branding.options.js';
export { Clock } from './auth-redirect/clock.js';
export { ContinueTokenService } from './auth-redirect/continue-token/continue-token.service.js';
export type { SessionToken } from './auth-redirect/continue-token/session-token.js';
export {
  AuthRedirectError,
  AuthRedirectOptionsError,
  UnverifiedSessionTokenError,
  type AuthRedirectErrorCode,
  type RefusalCause,
  type RefusalCode,
} from './auth-redirect/errors.js';
export type { CompletedEvent, Fault, RefusedEvent, StepEvent } from './auth-redirect/events.js';
export type { Answer, HttpRequest, HttpResponse } from './auth-redirect/pages/answer.js';
export { PagesService, type ContinuePage, type RefusalPage } from './auth-redirect/pages/pages.service.js';
export { Randomness } from './auth-redirect/randomness.js';
export type { StepsOutcome } from './auth-redirect/continue-token/steps-outcome.js';
export {
  completed,
  denied,
  handOff,
  invalid,
  Step,
  type StepAction,
  type Completed,
  type Denied,
  type HandOff,
  type Invalid,
  type JsonValue,
  type StepContext,
  type StepMemory,
  type StepResult,
  type StepView,
} from './auth-redirect/steps/step.js';
export { ReplayStore } from './auth-redirect/replay/replay-store.js';
export type { FormValues } from './auth-redirect/steps/step-form.js';
export type { Translate } from './auth-redirect/locales/locales.js';
export { IsLocalizedText, textIn, type LocalizedText } from './auth-redirect/locales/localized-text.js';
