import type { TriggerName } from './tenant-definition.js';

export interface TriggerHandlers {
  readonly execute: string;
  /** Runs when the user returns from a redirect or form. Absent if the trigger cannot pause. */
  readonly resume?: string;
}

/** Triggers whose Actions can redirect. */
export type RedirectingTriggerName = 'post-login' | 'password-reset-post-challenge';

export const REDIRECTING_HANDLERS: Readonly<Record<RedirectingTriggerName, Required<TriggerHandlers>>> = {
  'post-login': { execute: 'onExecutePostLogin', resume: 'onContinuePostLogin' },
  'password-reset-post-challenge': { execute: 'onExecutePostChallenge', resume: 'onContinuePostChallenge' },
};

/** Auth0's names (docs: customize/actions/explore-triggers). */
export const TRIGGER_HANDLERS: Readonly<Record<TriggerName, TriggerHandlers>> = {
  ...REDIRECTING_HANDLERS,
  'credentials-exchange': { execute: 'onExecuteCredentialsExchange' },
  'custom-token-exchange': { execute: 'onExecuteCustomTokenExchange' },
  'pre-user-registration': { execute: 'onExecutePreUserRegistration' },
  'post-user-registration': { execute: 'onExecutePostUserRegistration' },
  'post-change-password': { execute: 'onExecutePostChangePassword' },
  'send-phone-message': { execute: 'onExecuteSendPhoneMessage' },
};

export function handlerNames(trigger: TriggerName): string[] {
  return Object.values(TRIGGER_HANDLERS[trigger]);
}
