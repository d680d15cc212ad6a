import { AuthRedirectError } from '../../errors.js';
import type { UnverifiedToken } from '../unverified-token.js';

/** RFC 7797 section 7: a JWT's payload is always encoded. `true` is the default spelled out. */
export function checkUnencodedPayload({ header }: UnverifiedToken): void {
  if (header.b64 !== undefined && header.b64 !== true) throw new AuthRedirectError('unencoded_payload_not_allowed');
}
