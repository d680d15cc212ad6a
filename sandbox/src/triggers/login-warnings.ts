import type { CallEntry } from '../transactions/transaction.js';
import type { HandlerResult } from './action-steps.js';
import { lastCall } from './post-login-effects.js';

const VALIDATE = 'api.redirect.validateToken';

interface HandlerRun extends HandlerResult {
  readonly handler: string;
  /** Whether the browser returned a form, which only a page of the tenant can send. */
  readonly isForm: boolean;
}

/** Returns warnings for the author of the Action. */
export function handlerWarnings(
  { execute, resume }: { readonly execute: string; readonly resume: string },
  action: string,
  { attempts, calls, error, exports: exported, handler, isForm }: HandlerRun,
): string[] {
  if (error) return [];
  const redirects = lastCall(calls, 'api.redirect.sendUserTo') !== undefined;
  const isOver = redirects || isForm || lastCall(calls, 'api.access.deny') !== undefined;
  const skippable = handler === resume && exported.includes(resume) && !isOver;
  return [
    !exported.includes(execute) &&
      !exported.includes(resume) &&
      WARNINGS.noHandler(action, [execute, resume], exported),
    redirects && !exported.includes(resume) && WARNINGS.noContinue(action, resume),
    redirects && handler === resume && WARNINGS.redirectedAgain(action),
    skippable && continueWarning(action, handler, attempts),
  ].filter((message) => typeof message === 'string');
}

/** Warns if users can skip the step. `attempts` contains all calls, also failed ones. */
function continueWarning(action: string, handler: string, attempts: readonly CallEntry[]): string | undefined {
  const last = attempts.findLast(({ name }) => name === VALIDATE);
  if (!last) {
    return `${handler} of ${action} let the login go on without a call of ${VALIDATE}. Unless it verifies the step in another way, anyone can skip it by opening /continue with the state.`;
  }
  return last.error === undefined ? undefined : `${VALIDATE} failed, and ${handler} of ${action} let the login go on.`;
}

export const WARNINGS = {
  noContinue: (action: string, handler: string) =>
    `${action} redirects but does not export ${handler}. Nothing checks what comes back: anyone can skip the step by opening /continue with the state.`,
  redirectedAgain: (action: string) =>
    `${action} redirects a second time in this login. Auth0 does not document whether it allows that.`,
  noHandler: (action: string, handlers: readonly string[], exports: readonly string[]) =>
    `${action} exports none of the functions that this trigger calls (${handlers.join(', ')}), so it did nothing. It exports ${exports.join(', ') || 'no function'}.`,
  redirectAndForm:
    'An Action redirects and renders a form. Auth0 does not allow both in one Action. The form is left out here.',
  discardedMetadata:
    'Auth0 discards the user metadata that an Action sets if the same Action calls setPrimaryUser. So does the sandbox.',
  exposedSecret:
    'The address of the redirect contains a value from the secrets file. Everyone who sees the address can read it.',
};
