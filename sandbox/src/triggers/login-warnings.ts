import type { CallEntry } from '../transactions/transaction.js';

const VALIDATE = 'api.redirect.validateToken';

/** Says where an Action lets its step be skipped, or undefined. `attempts` are the calls of onContinue…. */
export function continueWarning(action: string, handler: string, attempts: readonly CallEntry[]): string | undefined {
  const last = attempts.findLast(({ name }) => name === VALIDATE);
  if (!last) {
    return `${handler} of ${action} let the login go on without a call of ${VALIDATE}. Unless it proves by other means that the step was done, anyone can skip it by opening /continue with the state.`;
  }
  return last.error === undefined
    ? undefined
    : `${VALIDATE} failed, and ${handler} of ${action} let the login go on all the same.`;
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
