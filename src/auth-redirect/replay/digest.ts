import { hash } from 'node:crypto';

/** A store may be read by others: what is kept there goes by its digest, and tells nothing of a token, a state or a user. */
export function digest(...parts: readonly string[]): string {
  return hash('sha256', parts.join('\n'), 'base64url');
}
