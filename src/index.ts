export * from './auth-redirect/auth-redirect.module.js';
export { AuthRedirectOptions } from './auth-redirect/options/auth-redirect.options.js';
export type { RouteDecorator } from './auth-redirect/redirect/auth-redirect.controller.js';
export { BrandingOptions } from './auth-redirect/options/branding.options.js';
export { ContinuePageService, type ContinuePageOptions } from './auth-redirect/continue-page/continue-page.service.js';
export { Clock } from './auth-redirect/clock.js';
export { ContinueTokenService } from './auth-redirect/token/continue-token.service.js';
export type { SessionToken, StepsOutcome } from './auth-redirect/session-token.js';
export {
  AuthRedirectError,
  AuthRedirectOptionsError,
  UnverifiedSessionTokenError,
  type AuthRedirectErrorCode,
  type RefusalCause,
  type RefusalCode,
  type UnknownIssuer,
  ViewError,
  type ViewPlace,
} from './auth-redirect/errors.js';
export type * from './auth-redirect/options/events.js';
export { textIn, type LocalizedText } from './auth-redirect/locales/localized-text.js';
export { IsLocalizedText } from './auth-redirect/validation/validators.js';
export type { JsonValue } from './auth-redirect/json.js';
export type { Translate } from './auth-redirect/locales/locales.js';
export { send, type Answer, type HttpRequest, type HttpResponse } from './auth-redirect/http/answer.js';
export * from './auth-redirect/pages/pages.service.js';
export type * from './auth-redirect/pages/step-view.js';
export { Randomness } from './auth-redirect/randomness.js';
export { RedirectService } from './auth-redirect/redirect/redirect.service.js';
export { RefusalLimiter, type RefusedClient } from './auth-redirect/requests/refusal-limiter.js';
export { ReplayStore } from './auth-redirect/replay/replay-store.js';
export { StateBindingService } from './auth-redirect/continue-page/state-binding.service.js';
export { RequestsService, type RequestHandling } from './auth-redirect/requests/requests.service.js';
export * from './auth-redirect/steps/step.js';
export type { StepCallback } from './auth-redirect/steps/step-address.js';
export { waitView, type WaitTexts } from './auth-redirect/steps/wait-view.js';
export type { FormRequest, FormValues } from './auth-redirect/steps/step-form.js';
export { StepsService } from './auth-redirect/steps/steps.service.js';
export { StepRuleOptions } from './auth-redirect/options/step-rule.options.js';
export { KeysOptions, TenantOptions } from './auth-redirect/options/tenant.options.js';
