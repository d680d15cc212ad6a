import { AuthRedirectError } from '../../errors.js';
import { isNumericDate } from '../numeric-date.js';
import type { JsonObject } from '../../json.js';

/** How far ahead of our clock `iat` may be, in seconds. */
export const ISSUED_AHEAD_MAX_SECONDS = 60;

/** `encodeToken` always writes `iat`; without it the lifetime cannot be judged. */
export function checkIssuedAt({ iat }: JsonObject, now: number): number {
  if (!isNumericDate(iat)) throw new AuthRedirectError('iat_invalid');
  if (iat > now + ISSUED_AHEAD_MAX_SECONDS) throw new AuthRedirectError('iat_in_future');
  return iat;
}
