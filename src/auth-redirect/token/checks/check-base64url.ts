import { AuthRedirectError } from '../../errors.js';

/**
 * RFC 7515 section 2 and RFC 4648 section 3.5: no padding, no other alphabet, no white space, no stray trailing bits.
 * Otherwise one token has many spellings, and what was seen once is not recognised again.
 */
export function checkBase64url(segment: string): Buffer {
  const bytes = Buffer.from(segment, 'base64url');
  if (bytes.toString('base64url') !== segment) throw new AuthRedirectError('token_encoding');
  return bytes;
}
