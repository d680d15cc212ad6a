import { isNumericDate } from '../../../auth-redirect/token/claims.js';
import type { JsonObject } from '../../../auth-redirect/json.js';
import { ReturnRefusal } from '../return-refusal.js';

/** RFC 7519 section 4.1.6; without `iat` the lifetime cannot be judged. */
export function checkIssuedAt({ iat }: JsonObject, latest: number): number {
  if (!isNumericDate(iat)) throw new ReturnRefusal('iat_invalid');
  if (iat > latest) throw new ReturnRefusal('iat_in_future');
  return iat;
}
