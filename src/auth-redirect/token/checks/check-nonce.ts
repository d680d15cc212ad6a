import { AuthRedirectError } from '../../errors.js';
import type { JsonObject } from '../../json.js';

/** The Action compares the nonce that comes back with the one it kept; one that is no string would never be equal. */
export function checkNonce({ nonce }: JsonObject): string | undefined {
  if (nonce === undefined) return undefined;
  if (typeof nonce !== 'string' || nonce === '') throw new AuthRedirectError('nonce_invalid');
  return nonce;
}
