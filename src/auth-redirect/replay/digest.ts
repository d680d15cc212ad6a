import { hash } from 'node:crypto';

/** In characters of base64url: 132 bits. */
const DIGEST_LENGTH = 22;

/**
 * A store may be read by others: what is kept there goes by its digest, and tells nothing of a token, a state or a user. It is half of a
 * SHA-256: what could be passed off as something else would have to be found for a digest that is given, which takes 2^132 tries.
 */
export function digest(...parts: readonly string[]): string {
  return hash('sha256', parts.join('\n'), 'base64url').slice(0, DIGEST_LENGTH);
}
