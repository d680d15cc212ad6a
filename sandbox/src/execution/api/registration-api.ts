import type { ApiMethods, CallNotes } from '../recorder.js';

/** Both methods refuse the sign-up. */
export const registrationApi = (): ApiMethods => ({
  'access.deny': (args, notes) => hintIfSilent('deny', 'userMessage', args, notes),
  'validation.error': (args, notes) => hintIfSilent('error', 'errorMessage', args, notes),
});

/** Auth0 logs the first argument and does not show it. */
function hintIfSilent(method: string, parameter: string, args: readonly unknown[], notes: CallNotes): void {
  if (typeof args[1] === 'string' && args[1] !== '') return;
  notes.hint = `${method} has no second argument, ${parameter}. The sign-up page can show only a general message.`;
}
