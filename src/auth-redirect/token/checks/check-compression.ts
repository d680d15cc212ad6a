import { AuthRedirectError } from '../../errors.js';
import type { UnverifiedToken } from '../unverified-token.js';

/** RFC 8725 section 3.6: `zip` belongs to encryption; whoever inflates it here can be made to inflate a bomb. */
export function checkCompression({ header }: UnverifiedToken): void {
  if (header.zip !== undefined) throw new AuthRedirectError('compression_not_allowed');
}
