import { toJson } from '../../json.js';
import type { UserDirectory } from '../../tenant/users.js';
import type { ActionPhase } from '../action-phase.js';
import type { ActionRealm } from '../action-realm.js';

/** `api.user`. */
export function userApi(phase: ActionPhase, realm: ActionRealm, api: object, users: UserDirectory) {
  return {
    setAppMetadata: phase.method(realm, 'api.user.setAppMetadata', ([name, value]) => {
      users.setMetadata(phase.user, 'app_metadata', { [String(name)]: toJson(value) });
      return api;
    }),
    setUserMetadata: phase.method(realm, 'api.user.setUserMetadata', ([name, value]) => {
      users.setMetadata(phase.user, 'user_metadata', { [String(name)]: toJson(value) });
      return api;
    }),
  };
}
