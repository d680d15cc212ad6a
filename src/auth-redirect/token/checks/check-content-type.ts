import { AuthRedirectError } from '../../errors.js';
import type { UnverifiedToken } from '../unverified-token.js';

/** RFC 7519 section 5.2: `cty` announces a token inside the token. */
export function checkContentType({ header }: UnverifiedToken): void {
  if (header.cty !== undefined) throw new AuthRedirectError('content_type_not_allowed');
}
