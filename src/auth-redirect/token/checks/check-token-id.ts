import { AuthRedirectError } from '../../errors.js';
import type { JsonObject } from '../../json.js';

/** RFC 7519 section 4.1.7: `jti` is a string. */
export function checkTokenId({ jti }: JsonObject): string | undefined {
  if (jti === undefined) return undefined;
  if (typeof jti !== 'string' || jti === '') throw new AuthRedirectError('jti_invalid');
  return jti;
}
