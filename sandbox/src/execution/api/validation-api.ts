import type { ApiMethods } from '../recorder.js';

export const validationApi = (): ApiMethods => ({
  'validation.error': ([code, message], notes) => {
    for (const [name, value] of Object.entries({ code, message })) {
      if (typeof value !== 'string') throw new TypeError(`error: the ${name} must be a string.`);
    }
    notes.hint =
      'Auth0 does not document what the application gets. Here the code is its error, and the message its error_description.';
  },
  // The sandbox runs no Rules.
  'rules.wasExecuted': (_args, notes) => (notes.result = false),
});
