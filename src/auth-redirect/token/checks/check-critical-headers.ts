import { AuthRedirectError } from '../../errors.js';
import type { UnverifiedToken } from '../unverified-token.js';

/** RFC 7515 section 4.1.11: an extension marked critical has to be understood, and none is. */
export function checkCriticalHeaders({ header }: UnverifiedToken): void {
  if (header.crit !== undefined) throw new AuthRedirectError('critical_header_not_supported');
}
