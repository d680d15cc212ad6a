import { toJson, type JsonObject } from '../../json.js';
import type { ActionPhase } from '../action-phase.js';
import type { ActionRealm } from '../action-realm.js';

/** Claims of the protocol itself, which Auth0 does not let an Action set: such a call has no effect there, and none here. */
const RESERVED_CLAIMS = new Set([
  ...['acr', 'act', 'active', 'amr', 'at_hash', 'aud', 'auth_time', 'azp', 'c_hash', 'client_id', 'cnf', 'exp', 'gty'],
  ...['iat', 'iss', 'jti', 'jwe', 'jwk', 'kid', 'may_act', 'nbf', 'nonce', 'org_id', 'org_name', 'permissions'],
  ...['s_hash', 'sid', 'sub', 'sub_jwk', 'typ'],
]);

/** `api.idToken`. */
export function idTokenApi(phase: ActionPhase, realm: ActionRealm, api: object) {
  return {
    setCustomClaim: phase.method(realm, 'api.idToken.setCustomClaim', ([name, value]) => {
      setClaim(phase, phase.transaction.idTokenClaims, name, value);
      return api;
    }),
  };
}

/** `api.accessToken`. */
export function accessTokenApi(phase: ActionPhase, realm: ActionRealm, api: object) {
  const { transaction } = phase;
  return {
    setCustomClaim: phase.method(realm, 'api.accessToken.setCustomClaim', ([name, value]) => {
      setClaim(phase, transaction.accessTokenClaims, name, value);
      return api;
    }),
    addScope: phase.method(realm, 'api.accessToken.addScope', ([scope]) => {
      transaction.removedScopes.delete(String(scope));
      transaction.addedScopes.add(String(scope));
      return api;
    }),
    removeScope: phase.method(realm, 'api.accessToken.removeScope', ([scope]) => {
      transaction.addedScopes.delete(String(scope));
      transaction.removedScopes.add(String(scope));
      return api;
    }),
  };
}

function setClaim(phase: ActionPhase, claims: JsonObject, name: unknown, value: unknown): void {
  if (typeof name !== 'string' || name === '') throw new TypeError('setCustomClaim: the claim needs a name.');
  if (RESERVED_CLAIMS.has(name)) {
    phase.warnings.push(`"${name}" is a reserved claim: Auth0 ignores setCustomClaim for it, and so does the sandbox.`);
    return;
  }
  claims[name] = toJson(value);
}
