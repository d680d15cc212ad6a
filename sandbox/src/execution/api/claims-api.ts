import { isRecord, textOf } from '../../json.js';
import type { ApiMethods, CallNotes } from '../recorder.js';
import { reasonClaimIsDropped } from '../custom-claims.js';
import type { ApiTools } from './api-part.js';

/** `api.idToken` and `api.accessToken`. */
export const claimsApi = ({ event, facts }: ApiTools): ApiMethods => ({
  'idToken.setCustomClaim': ([name], notes) => checkClaim(name, notes),
  'accessToken.setCustomClaim': ([name], notes) => {
    checkClaim(name, notes);
    const { resource_server: api } = event;
    const isManagementApi = isRecord(api) && textOf(api['identifier']).startsWith(`https://${facts.issuer}/api/v2`);
    if (isManagementApi && !URL.canParse(String(name))) {
      notes.ignored = 'Auth0 adds only namespaced claims to an access token for its own Management API.';
    }
  },
  'accessToken.addScope': ([scope]) => assertText('addScope', scope),
  'accessToken.removeScope': ([scope]) => assertText('removeScope', scope),
});

function checkClaim(name: unknown, notes: CallNotes): void {
  assertText('setCustomClaim', name);
  const reason = reasonClaimIsDropped(String(name));
  if (reason !== undefined) notes.ignored = reason;
}

function assertText(method: string, value: unknown): void {
  if (typeof value !== 'string' || value === '') throw new TypeError(`${method}: the name must be a non-empty string.`);
}
