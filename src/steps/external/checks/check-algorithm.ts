import type { UnverifiedToken } from '../../../auth-redirect/token/unverified-token.js';
import { ReturnRefusal } from '../return-refusal.js';
import type { VendorAlgorithm } from '../vendor-algorithm.js';

/** RFC 8725 section 3.1: the configuration, not the token, chooses the algorithm. Stops `none` and key confusion. */
export function checkAlgorithm({ header }: UnverifiedToken, expected: VendorAlgorithm): void {
  if (header.alg !== expected) throw new ReturnRefusal('algorithm_unexpected');
}
