import { hash } from 'node:crypto';

/** Returns a SHA-256 in base64url, 43 characters. It reveals no token, state or user to readers of the store. */
export function digest(...parts: readonly string[]): string {
  return hash('sha256', parts.join('\n'), 'base64url');
}
