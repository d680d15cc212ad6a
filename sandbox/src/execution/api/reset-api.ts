import { parseRedirectTarget } from '../../redirect/redirect-url.js';
import type { ApiMethod, ApiMethods } from '../recorder.js';
import type { ApiTools } from './api-part.js';
import { authenticationApi } from './authentication-api.js';
import { redirectApi } from './redirect-api.js';

/** Post-login Actions have these methods, too (Auth0's reference of the `api`). */
const SHARED = [
  ...['authentication.challengeWith', 'authentication.challengeWithAny'],
  ...['redirect.encodeToken', 'redirect.sendUserTo', 'redirect.validateToken'],
];

export function resetApi(tools: ApiTools): ApiMethods {
  const all = { ...authenticationApi(tools), ...redirectApi(tools) };
  const setResultUrl: ApiMethod = ([url, options]) => void parseRedirectTarget(url, options, 'setResultUrl');
  return {
    ...Object.fromEntries(Object.entries(all).filter(([name]) => SHARED.includes(name))),
    'transaction.setResultUrl': setResultUrl,
  };
}
