import type { TriggerName } from '../tenant/tenant-definition.js';

/** The functions that Auth0 calls in an Action. */
export interface TriggerHandlers {
  /** Runs when the trigger fires. */
  readonly execute: string;
  /** Runs when the user comes back from a redirect or a form. Absent if the trigger cannot pause. */
  readonly resume?: string;
}

/** The handlers of each trigger, as Auth0's reference of triggers names them (docs: customize/actions/explore-triggers). */
export const TRIGGER_HANDLERS: Readonly<Record<TriggerName, TriggerHandlers>> = {
  'post-login': { execute: 'onExecutePostLogin', resume: 'onContinuePostLogin' },
  'credentials-exchange': { execute: 'onExecuteCredentialsExchange' },
  'custom-token-exchange': { execute: 'onExecuteCustomTokenExchange' },
  'pre-user-registration': { execute: 'onExecutePreUserRegistration' },
  'post-user-registration': { execute: 'onExecutePostUserRegistration' },
  'post-change-password': { execute: 'onExecutePostChangePassword' },
  'send-phone-message': { execute: 'onExecuteSendPhoneMessage' },
  'password-reset-post-challenge': { execute: 'onExecutePostChallenge', resume: 'onContinuePostChallenge' },
};

/** Returns the names of a trigger's handlers. */
export function handlerNames(trigger: TriggerName): string[] {
  return Object.values(TRIGGER_HANDLERS[trigger]);
}
