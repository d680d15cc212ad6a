import { isRecord } from '../../json.js';
import type { ApiMethods } from '../recorder.js';

const PROVIDERS = ['none', 'guardian', 'google-authenticator', 'duo', 'any'];

/** The tenant requests the factor after all Actions. */
export const multifactorApi = (): ApiMethods => ({
  'multifactor.enable': ([provider, options], notes) => {
    if (typeof provider !== 'string' || !PROVIDERS.includes(provider)) {
      notes.ignored = `The provider must be one of ${PROVIDERS.join(', ')}.`;
    }
    if (provider !== 'duo' && isRecord(options) && options['providerOptions'] !== undefined) {
      notes.hint = 'providerOptions are for the provider duo only.';
    }
  },
});
