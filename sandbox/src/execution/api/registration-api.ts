import type { ApiMethods, CallNotes } from '../recorder.js';

/** `api.access` and `api.validation` of a pre-user-registration Action. Both refuse the sign-up. */
export const registrationApi = (): ApiMethods => ({
  'access.deny': (args, notes) => hintIfSilent('deny', 'userMessage', args, notes),
  'validation.error': (args, notes) => hintIfSilent('error', 'errorMessage', args, notes),
});

/** Auth0 writes the first argument to the tenant's log only. */
function hintIfSilent(method: string, parameter: string, args: readonly unknown[], notes: CallNotes): void {
  if (typeof args[1] === 'string' && args[1] !== '') return;
  notes.hint = `${method} has no second argument, ${parameter}. The sign-up page can show only a general message.`;
}
