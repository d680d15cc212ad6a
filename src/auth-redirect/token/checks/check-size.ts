import { AuthRedirectError } from '../../errors.js';

/** Longest session token taken, in bytes. Every character of a token that is accepted is one byte. */
export const SESSION_TOKEN_MAX_BYTES = 8192;

/** Bounds the work that anyone without a key can ask for. A caller without types may hand over anything. */
export function checkSize(compact: unknown): void {
  if (typeof compact !== 'string') throw new AuthRedirectError('token_not_compact');
  if (compact.length > SESSION_TOKEN_MAX_BYTES) throw new AuthRedirectError('token_too_large');
}
