import { AuthRedirectError } from '../../errors.js';
import { isNumericDate } from '../numeric-date.js';
import type { JsonObject } from '../../json.js';

/** RFC 7519 section 4.1.5, with zero clock skew. */
export function checkNotBefore({ nbf }: JsonObject, now: number): void {
  if (nbf === undefined) return;
  if (!isNumericDate(nbf)) throw new AuthRedirectError('nbf_invalid');
  if (now < nbf) throw new AuthRedirectError('token_not_yet_valid');
}
