import { parseRedirectTarget } from '../../redirect/redirect-url.js';
import type { ApiMethods } from '../recorder.js';
import type { ApiTools } from './api-part.js';
import { redirectApi } from './redirect-api.js';

/** What `api` of a password-reset-post-challenge Action has of its own. */
export function resetApi(tools: ApiTools): ApiMethods {
  // Auth0 documents canRedirect for post-login only.
  const { 'redirect.canRedirect': _canRedirect, ...redirects } = redirectApi(tools);
  return {
    ...redirects,
    'transaction.setResultUrl': ([url, options]) => void parseRedirectTarget(url, options, 'setResultUrl'),
  };
}
