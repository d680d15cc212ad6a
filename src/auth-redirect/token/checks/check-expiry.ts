import { AuthRedirectError } from '../../errors.js';
import { isNumericDate } from '../numeric-date.js';
import type { JsonObject } from '../../json.js';

/** RFC 7519 section 4.1.4, with zero clock skew: accepted before `exp`, not at it. */
export function checkExpiry({ exp }: JsonObject, now: number): number {
  if (!isNumericDate(exp)) throw new AuthRedirectError('exp_invalid');
  if (now >= exp) throw new AuthRedirectError('token_expired');
  return exp;
}
