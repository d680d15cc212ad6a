import type { ApiMethods } from '../recorder.js';

/** The reason becomes `error_description`. */
export const accessApi = (): ApiMethods => ({
  'access.deny': (args, notes) => {
    if (args.length > 1) notes.hint = 'deny takes one argument in this trigger, the reason. The others are ignored.';
  },
});
