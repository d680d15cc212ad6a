import { AuthRedirectError } from '../../errors.js';
import type { UnverifiedToken } from '../unverified-token.js';

const PLAIN_NAME = /^[\p{L}\p{N}._~@:+=-]*$/u;

/** RFC 8725 section 3.10: `kid` is not used here, but a path, a URL or a piece of SQL in it is an attack on somebody. */
export function checkKeyId({ header }: UnverifiedToken): void {
  if (header.kid === undefined) return;
  if (typeof header.kid !== 'string' || !PLAIN_NAME.test(header.kid) || header.kid.includes('..')) {
    throw new AuthRedirectError('key_id_not_allowed');
  }
}
