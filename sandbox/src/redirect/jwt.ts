import { createHmac, timingSafeEqual } from 'node:crypto';
import { isJsonObject, parseJson, type JsonObject } from '../json.js';

/** The token is decoded, but not verified. */
export interface DecodedToken {
  readonly header: JsonObject;
  readonly claims: JsonObject;
}

/** Uses the secret as raw UTF-8 bytes like Auth0's `encodeToken`, never base64-decoded. */
export function signHs256(claims: JsonObject, secret: string): string {
  const input = `${encodeSegment({ alg: 'HS256', typ: 'JWT' })}.${encodeSegment(claims)}`;
  return `${input}.${hmac(input, secret).toString('base64url')}`;
}

/** Returns undefined unless the text is a compact token (RFC 7515, section 7.1). */
export function decodeToken(token: string): DecodedToken | undefined {
  const segments = token.split('.');
  if (segments.length !== 3) return undefined;
  const header = decodeSegment(segments[0] ?? '');
  const claims = decodeSegment(segments[1] ?? '');
  return header && claims ? { header, claims } : undefined;
}

/** Requires HS256: the header alone never selects the algorithm. */
export function hasValidHs256Signature(token: string, secret: string): boolean {
  const end = token.lastIndexOf('.');
  if (decodeToken(token)?.header['alg'] !== 'HS256') return false;
  const expected = Buffer.from(hmac(token.slice(0, end), secret).toString('base64url'));
  const actual = Buffer.from(token.slice(end + 1));
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

function hmac(input: string, secret: string): Buffer {
  return createHmac('sha256', Buffer.from(secret, 'utf8')).update(input).digest();
}

function encodeSegment(value: JsonObject): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decodeSegment(segment: string): JsonObject | undefined {
  try {
    const value = parseJson(Buffer.from(segment, 'base64url').toString('utf8'));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
