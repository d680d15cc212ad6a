import type { CallEntry } from '../transactions/transaction.js';
import type { HandlerResult } from './action-steps.js';
import { lastCall } from './post-login-effects.js';
import type { TriggerHandlers } from './trigger-handlers.js';

const VALIDATE = 'api.redirect.validateToken';

/** Why a redirect fails a login with `prompt=none`. */
export const NO_PAGE_POSSIBLE = 'An Action redirects, which this login cannot do: prompt=none rules out every page.';

/** Returns what the author of an Action should know about one run of a handler. Nothing if it failed: that says enough. */
export function handlerWarnings(
  { execute, resume }: TriggerHandlers,
  action: string,
  handler: string,
  { attempts, calls, error, exports: exported }: HandlerResult,
): string[] {
  if (error) return [];
  const known = resume === undefined ? [execute] : [execute, resume];
  const redirects = lastCall(calls, 'api.redirect.sendUserTo') !== undefined;
  const ends = redirects || lastCall(calls, 'api.access.deny') !== undefined;
  const continues = handler === resume && exported.includes(handler);
  return [
    ...(known.some((name) => exported.includes(name)) ? [] : [WARNINGS.noHandler(action, known, exported)]),
    ...(redirects && resume !== undefined && !exported.includes(resume) ? [WARNINGS.noContinue(action, resume)] : []),
    ...(redirects && handler === resume ? [WARNINGS.redirectedAgain(action)] : []),
    ...(continues && !ends ? continueWarnings(action, handler, attempts) : []),
  ];
}

/** Says where an Action lets its step be skipped, `attempts` are the calls of onContinue…. */
function continueWarnings(action: string, handler: string, attempts: readonly CallEntry[]): string[] {
  const last = attempts.findLast(({ name }) => name === VALIDATE);
  if (!last) {
    return [
      `${handler} of ${action} let the login go on without a call of ${VALIDATE}. Unless it proves by other means that the step was done, anyone can skip it by opening /continue with the state.`,
    ];
  }
  if (last.error === undefined) return [];
  return [`${VALIDATE} failed, and ${handler} of ${action} let the login go on all the same.`];
}

/** The other warnings of a login, by what they are about. */
export const WARNINGS = {
  noContinue: (action: string, handler: string) =>
    `${action} redirects but does not export ${handler}. Nothing checks what comes back: anyone can skip the step by opening /continue with the state.`,
  redirectedAgain: (action: string) =>
    `${action} redirects a second time in this login. Auth0 does not document whether it allows that.`,
  noHandler: (action: string, handlers: readonly string[], exports: readonly string[]) =>
    `${action} exports none of the functions that this trigger calls (${handlers.join(', ')}), so it did nothing. It exports ${exports.join(', ') || 'no function'}.`,
  exposedSecret:
    'The address of the redirect contains a value from the secrets file. Everyone who sees the address knows it.',
};
