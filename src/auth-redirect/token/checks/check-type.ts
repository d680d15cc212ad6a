import { AuthRedirectError } from '../../errors.js';
import type { UnverifiedToken } from '../unverified-token.js';

/** Media types compare without regard to case (RFC 7515 section 4.1.9). */
const ACCEPTED = /^(?:application\/)?jwt$/i;

/** RFC 8725 section 3.11: a token made for another purpose (`at+jwt`, `dpop+jwt`) is not a session token. */
export function checkType({ header }: UnverifiedToken): void {
  if (header.typ === undefined) return;
  if (typeof header.typ !== 'string' || !ACCEPTED.test(header.typ)) throw new AuthRedirectError('type_not_allowed');
}
