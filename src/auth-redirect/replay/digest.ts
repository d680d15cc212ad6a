import { hash } from 'node:crypto';

/** In characters of base64url: 132 bits. */
const DIGEST_LENGTH = 22;

/**
 * Returns the key under which a store keeps something: others may read the store, and a digest reveals nothing of a token, a state or
 * a user. Half of a SHA-256: a second preimage takes 2^132 attempts.
 */
export function digest(...parts: readonly string[]): string {
  return hash('sha256', parts.join('\n'), 'base64url').slice(0, DIGEST_LENGTH);
}
