import type { TriggerName } from './tenant-definition.js';

/** The functions that Auth0 calls in an Action. */
export interface TriggerHandlers {
  /** Runs when the trigger fires. */
  readonly execute: string;
  /** Runs when the user comes back from a redirect or a form. Absent if the trigger cannot pause. */
  readonly resume?: string;
}

/** The triggers whose Actions can send the user to another page. */
export type RedirectingTriggerName = 'post-login' | 'password-reset-post-challenge';

/** The handlers of those triggers. */
export const REDIRECTING_HANDLERS: Readonly<Record<RedirectingTriggerName, Required<TriggerHandlers>>> = {
  'post-login': { execute: 'onExecutePostLogin', resume: 'onContinuePostLogin' },
  'password-reset-post-challenge': { execute: 'onExecutePostChallenge', resume: 'onContinuePostChallenge' },
};

/** The handlers of each trigger, as Auth0's reference of triggers names them (docs: customize/actions/explore-triggers). */
export const TRIGGER_HANDLERS: Readonly<Record<TriggerName, TriggerHandlers>> = {
  ...REDIRECTING_HANDLERS,
  'credentials-exchange': { execute: 'onExecuteCredentialsExchange' },
  'custom-token-exchange': { execute: 'onExecuteCustomTokenExchange' },
  'pre-user-registration': { execute: 'onExecutePreUserRegistration' },
  'post-user-registration': { execute: 'onExecutePostUserRegistration' },
  'post-change-password': { execute: 'onExecutePostChangePassword' },
  'send-phone-message': { execute: 'onExecuteSendPhoneMessage' },
};

/** Returns the names of a trigger's handlers. */
export function handlerNames(trigger: TriggerName): string[] {
  return Object.values(TRIGGER_HANDLERS[trigger]);
}
