import { AuthRedirectError } from '../../errors.js';
import type { SessionKey } from '../../tenants/session-key.js';
import type { UnverifiedToken } from '../unverified-token.js';

/**
 * RFC 7515 section 5.2. The current key, then the previous one; the refusal does not tell which were tried.
 *
 * @returns The key that verifies, which is the one that the Action of this login knows.
 */
export function checkSignature({ signed, signature }: UnverifiedToken, keys: readonly SessionKey[]): SessionKey {
  const key = keys.find((candidate) => candidate.verifies(signed, signature));
  if (!key) throw new AuthRedirectError('signature_invalid');
  return key;
}
