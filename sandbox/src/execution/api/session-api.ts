import { isJsonObject, type JsonObject } from '../../json.js';
import type { ApiMethod, ApiMethods } from '../recorder.js';
import type { ApiTools } from './api-part.js';
import { checkExpiry } from './expiry.js';
import { metadataMethods } from './key-value-metadata.js';

/** Without a session, as in a refresh token exchange, calls have no effect. */
export function sessionApi({ event }: ApiTools): ApiMethods {
  const session = isJsonObject(event['session']) ? event['session'] : undefined;
  const methods: ApiMethods = {
    'session.revoke': () => undefined,
    'session.setExpiresAt': ([time], notes) => checkExpiry('setExpiresAt', time, notes),
    'session.setIdleExpiresAt': ([time], notes) => checkExpiry('setIdleExpiresAt', time, notes),
    'session.setCookieMode': ([mode], notes) => {
      if (mode === 'persistent' || mode === 'non-persistent') return;
      if (mode !== 'nonpersistent') {
        throw new TypeError('setCookieMode: the mode must be "persistent" or "non-persistent".');
      }
      // An example in Auth0's documentation uses this value (docs: Configure Keep Me Signed In).
      notes.hint = `Auth0's reference writes "non-persistent".`;
    },
    ...metadataMethods('session', metadataOf(session)),
  };
  return session ? methods : Object.fromEntries(Object.entries(methods).map(([name, run]) => [name, without(run)]));
}

function without(run: ApiMethod): ApiMethod {
  return (args, notes) => {
    run(args, notes);
    notes.ignored = 'There is no session at the tenant in this exchange (event.session is undefined).';
  };
}

export function metadataOf(owner: JsonObject | undefined): JsonObject {
  return isJsonObject(owner?.['metadata']) ? owner['metadata'] : {};
}
