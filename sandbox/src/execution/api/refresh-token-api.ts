import { isJsonObject } from '../../json.js';
import type { ApiMethods, CallNotes } from '../recorder.js';
import type { ApiTools } from './api-part.js';
import { checkExpiry } from './expiry.js';
import { metadataMethods } from './key-value-metadata.js';
import { metadataOf } from './session-api.js';

/** Changes the token that a login issues, or the exchanged one. */
export function refreshTokenApi({ event }: ApiTools): ApiMethods {
  const token = isJsonObject(event['refresh_token']) ? event['refresh_token'] : undefined;
  const noteAbsence = (notes: CallNotes): void => {
    const { transaction } = event;
    const scopes = isJsonObject(transaction) ? transaction['requested_scopes'] : [];
    if (token || (Array.isArray(scopes) && scopes.includes('offline_access'))) return;
    notes.hint = 'This login issues no refresh token unless the app requests the scope offline_access.';
  };
  const methods: ApiMethods = {
    'refreshToken.setExpiresAt': ([time], notes) => checkExpiry('setExpiresAt', time, notes),
    'refreshToken.setIdleExpiresAt': ([time], notes) => checkExpiry('setIdleExpiresAt', time, notes),
    ...metadataMethods('refreshToken', metadataOf(token)),
  };
  const noted = Object.entries(methods).map(([name, run]) => {
    const withHint: typeof run = (args, notes) => {
      noteAbsence(notes);
      return run(args, notes);
    };
    return [name, withHint];
  });
  return {
    ...Object.fromEntries(noted),
    'refreshToken.revoke': (_args, notes) => {
      if (!token) notes.ignored = 'revoke can be used only in the exchange of a refresh token.';
    },
  };
}
