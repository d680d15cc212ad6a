import type { ApiMethods } from '../recorder.js';

/** `api.access` of a post-login Action. The reason goes to the application as `error_description`. */
export const accessApi = (): ApiMethods => ({
  'access.deny': (args, notes) => {
    if (args.length > 1) notes.hint = 'deny takes one argument in this trigger, the reason. The others are ignored.';
  },
});
