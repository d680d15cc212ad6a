import { hash } from 'node:crypto';

/**
 * Returns the key under which a store keeps something: others may read the store, and a SHA-256 reveals nothing of a token, a state or
 * a user. 43 characters of base64url.
 */
export function digest(...parts: readonly string[]): string {
  return hash('sha256', parts.join('\n'), 'base64url');
}
