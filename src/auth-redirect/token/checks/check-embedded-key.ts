import { AuthRedirectError } from '../../errors.js';
import type { UnverifiedToken } from '../unverified-token.js';

const KEY_HEADERS = ['jwk', 'jku', 'x5u', 'x5c'] as const;

/** RFC 8725 section 3.10: a token never brings the key that verifies it, nor an address to fetch it from. */
export function checkEmbeddedKey({ header }: UnverifiedToken): void {
  if (KEY_HEADERS.some((name) => header[name] !== undefined)) throw new AuthRedirectError('embedded_key_not_allowed');
}
