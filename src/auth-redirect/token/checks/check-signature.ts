import { AuthRedirectError } from '../../errors.js';
import type { KeyRing } from '../../tenants/key-ring.js';
import type { SessionKey } from '../../tenants/session-key.js';
import type { UnverifiedToken } from '../unverified-token.js';

/**
 * RFC 7515 section 5.2. The current key, then the previous one; before a token is refused, the keys that may have been mounted just
 * now. The refusal does not tell which were tried.
 *
 * @returns The key that verifies, which is the one that the Action of this login knows.
 */
export function checkSignature(token: UnverifiedToken, ring: KeyRing): SessionKey {
  const key = verifyingKey(token, ring) ?? (ring.refresh() ? verifyingKey(token, ring) : undefined);
  if (!key) throw new AuthRedirectError('signature_invalid');
  return key;
}

function verifyingKey({ signed, signature }: UnverifiedToken, { keys }: KeyRing): SessionKey | undefined {
  return keys.find((key) => key.verifies(signed, signature));
}
