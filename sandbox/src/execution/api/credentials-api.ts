import { isJsonObject, type Json } from '../../json.js';
import type { ApiMethods } from '../recorder.js';
import type { ApiTools } from './api-part.js';
import { claimsApi } from './claims-api.js';

/** Auth0 documents these codes for `api.access.deny`. */
const DENIAL_CODES = ['invalid_scope', 'invalid_request', 'server_error'];

export const credentialsApi = (tools: ApiTools): ApiMethods => ({
  'access.deny': ([code], notes) => {
    if (DENIAL_CODES.some((one) => one === code)) return;
    notes.hint = `The first argument of deny is a code: ${DENIAL_CODES.join(', ')}.`;
  },
  'accessToken.setCustomClaim': claimsApi(tools)['accessToken.setCustomClaim'] ?? (() => undefined),
  ...targetScopesApi(tools),
});

/** Also updates `event.transaction.target_scopes`. */
function targetScopesApi({ event }: ApiTools): ApiMethods {
  const change = (changed: (scopes: readonly Json[]) => Json[]): void => {
    const { transaction } = event;
    if (!isJsonObject(transaction)) return;
    const scopes = transaction['target_scopes'];
    transaction['target_scopes'] = changed(Array.isArray(scopes) ? scopes : []);
  };
  return {
    'transaction.addTargetScope': ([scope]) => {
      const added = scopeOf('addTargetScope', scope);
      change((scopes) => [...new Set([...scopes, added])]);
    },
    'transaction.removeTargetScope': ([scope]) => {
      const removed = scopeOf('removeTargetScope', scope);
      change((scopes) => scopes.filter((one) => one !== removed));
    },
    'transaction.setTargetScopes': ([scopes]) => {
      if (!Array.isArray(scopes)) throw new TypeError('setTargetScopes: the scopes must be an array of strings.');
      const set = scopes.map((scope) => scopeOf('setTargetScopes', scope));
      change(() => [...new Set(set)]);
    },
    'transaction.clearTargetScopes': () => change(() => []),
  };
}

function scopeOf(method: string, scope: unknown): string {
  if (typeof scope === 'string' && /^\S+$/.test(scope)) return scope;
  throw new TypeError(`${method}: a scope must be a non-empty string without spaces.`);
}
