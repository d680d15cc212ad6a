import type { ActionPhase } from '../action-phase.js';
import type { ActionRealm } from '../action-realm.js';

/** `api.access`. The reason goes to the app as `error_description`. */
export function accessApi(phase: ActionPhase, realm: ActionRealm, api: object) {
  return {
    deny: phase.method(realm, 'api.access.deny', (args) => {
      if (args.length > 1) {
        phase.warnings.push(
          'api.access.deny takes one argument in a post-login Action, the reason; the rest is ignored.',
        );
      }
      phase.effects.denied = typeof args[0] === 'string' ? args[0] : 'Access denied';
      return api;
    }),
  };
}
