import { isRecord, textOf } from '../../json.js';
import type { ApiMethods, CallNotes } from '../recorder.js';
import { reasonClaimIsDropped } from '../custom-claims.js';
import type { ApiTools } from './api-part.js';

export const claimsApi = ({ event, facts }: ApiTools): ApiMethods => ({
  'idToken.setCustomClaim': (args, notes) => checkClaim(args, notes),
  'accessToken.setCustomClaim': (args, notes) => {
    checkClaim(args, notes);
    const [name] = args;
    const { resource_server: api } = event;
    const isManagementApi = isRecord(api) && textOf(api['identifier']).startsWith(`https://${facts.issuer}/api/v2`);
    if (isManagementApi && !URL.canParse(String(name))) {
      notes.ignored = 'Auth0 adds only namespaced claims to an access token for its own Management API.';
    }
  },
  'accessToken.addScope': ([scope]) => assertText('addScope', scope),
  'accessToken.removeScope': ([scope]) => assertText('removeScope', scope),
});

function checkClaim([name, value]: readonly unknown[], notes: CallNotes): void {
  assertText('setCustomClaim', name);
  const reason = value === undefined ? NO_VALUE : reasonClaimIsDropped(String(name));
  if (reason !== undefined) notes.ignored = reason;
}

const NO_VALUE = 'The value is undefined, so tokens do not have the claim.';

function assertText(method: string, value: unknown): void {
  if (typeof value !== 'string' || value === '') throw new TypeError(`${method}: the name must be a non-empty string.`);
}
