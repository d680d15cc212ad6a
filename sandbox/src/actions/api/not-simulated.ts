import type { ActionPhase } from '../action-phase.js';
import type { ActionRealm } from '../action-realm.js';

/** The parts of `api` that Auth0 has and the sandbox does not. */
export const NOT_SIMULATED = [
  'authentication',
  'multifactor',
  'prompt',
  'refreshToken',
  'rules',
  'samlResponse',
  'session',
  'validation',
] as const;

/**
 * A part of `api` whose every method fails when it is called. An Action that only mentions one works; one that relies on
 * it must not seem to.
 */
export function notSimulated(phase: ActionPhase, realm: ActionRealm, part: string): object {
  return new Proxy(
    {},
    {
      get(_target, method) {
        if (typeof method === 'symbol') return undefined;
        const name = `api.${part}.${method}`;
        return phase.method(realm, name, () => {
          throw new Error(`${name} is not simulated by the sandbox.`);
        });
      },
    },
  );
}
