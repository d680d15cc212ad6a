import type { ApiMethods, Recorder } from '../recorder.js';
import { accessApi } from './access-api.js';
import type { ApiTools } from './api-part.js';
import { authenticationApi } from './authentication-api.js';
import { cacheApi } from './cache-api.js';
import { claimsApi } from './claims-api.js';
import { credentialsApi } from './credentials-api.js';
import { membershipApi } from './membership-api.js';
import { multifactorApi } from './multifactor-api.js';
import { promptApi } from './prompt-api.js';
import { redirectApi } from './redirect-api.js';
import { refreshTokenApi } from './refresh-token-api.js';
import { sessionApi } from './session-api.js';
import { registrationApi } from './registration-api.js';
import { resetApi } from './reset-api.js';
import { samlApi } from './saml-api.js';
import { tokenExchangeApi } from './token-exchange-api.js';
import { transactionApi } from './transaction-api.js';
import { userApi } from './user-api.js';
import { validationApi } from './validation-api.js';

type ApiPart = (tools: ApiTools) => ApiMethods;

const PARTS: Readonly<Record<string, readonly ApiPart[]>> = {
  'post-login': [
    ...[accessApi, authenticationApi, cacheApi, claimsApi, membershipApi, multifactorApi, promptApi, redirectApi],
    ...[refreshTokenApi, samlApi, sessionApi, transactionApi, userApi, validationApi],
  ],
  'credentials-exchange': [cacheApi, credentialsApi],
  'custom-token-exchange': [cacheApi, tokenExchangeApi, userApi],
  'pre-user-registration': [cacheApi, registrationApi, userApi],
  'post-user-registration': [cacheApi],
  'post-change-password': [cacheApi],
  'send-phone-message': [cacheApi],
  'password-reset-post-challenge': [accessApi, cacheApi, promptApi, resetApi],
};

/** A method without a result returns `api`, for chained calls. */
export function actionApi(trigger: string, recorder: Recorder, tools: ApiTools): object {
  const api: Record<string, Record<string, unknown>> = {};
  for (const part of PARTS[trigger] ?? []) {
    for (const [name, run] of Object.entries(part(tools))) {
      const [group = '', method = ''] = name.split('.');
      const chained = GETTERS.has(name) ? run : (...call: Parameters<typeof run>) => run(...call) ?? api;
      (api[group] ??= {})[method] = recorder.method(`api.${name}`, chained);
    }
  }
  return api;
}

/** Methods that may return undefined. */
const GETTERS = new Set(['cache.get']);
