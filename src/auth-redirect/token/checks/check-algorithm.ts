import { AuthRedirectError } from '../../errors.js';
import type { UnverifiedToken } from '../unverified-token.js';

/** RFC 8725 section 3.1: the verifier, not the token, chooses the algorithm. Stops `none` and key confusion. */
export function checkAlgorithm({ header }: UnverifiedToken): void {
  if (header.alg !== 'HS256') throw new AuthRedirectError('algorithm_not_allowed');
}
