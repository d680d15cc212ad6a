import { isUtf8 } from 'node:buffer';
import { AuthRedirectError } from '../../errors.js';

/** RFC 7515 section 5.2: invalid and overlong sequences would silently become U+FFFD. */
export function checkUtf8(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new AuthRedirectError('token_not_utf8');
  return bytes.toString('utf8');
}
