import { isUtf8 } from 'node:buffer';
import { AuthRedirectError } from '../errors.js';
import { isJsonObject, type JsonObject } from '../json.js';

/** Maximum in bytes and in characters: each character has one byte. */
export const SESSION_TOKEN_MAX_BYTES = 8192;

export interface UnverifiedToken {
  readonly header: JsonObject;
  readonly payload: JsonObject;
}

/**
 * Rejects tokens that parsers could read differently.
 *
 * @throws AuthRedirectError `token_too_large`, `token_not_compact`, `token_encoding`, `token_not_utf8`, `token_not_json`,
 *   `token_duplicate_member`, `token_forbidden_member`
 */
export function decodeUnverified(compact: string): UnverifiedToken {
  checkSize(compact);
  const [header, payload, signature] = checkSegments(compact);
  checkBase64url(signature);
  return { header: decodeSegment(header), payload: decodeSegment(payload) };
}

function decodeSegment(segment: string): JsonObject {
  const json = checkUtf8(checkBase64url(segment));
  const object = checkJsonObject(json);
  checkMemberNames(json, object);
  return object;
}

/** Bounds the work that a client without a key can cause. Callers without types can pass any value. */
function checkSize(compact: unknown): void {
  if (typeof compact !== 'string') throw new AuthRedirectError('token_not_compact');
  if (compact.length > SESSION_TOKEN_MAX_BYTES) throw new AuthRedirectError('token_too_large');
}

/** RFC 7515 section 7.1. `alg: none` has an empty signature. */
function checkSegments(compact: string): [header: string, payload: string, signature: string] {
  const [header, payload, signature, ...rest] = compact.split('.');
  if (!header || !payload || !signature || rest.length > 0) throw new AuthRedirectError('token_not_compact');
  return [header, payload, signature];
}

/**
 * RFC 7515 section 2 and RFC 4648 section 3.5: no padding, other alphabet, white space or trailing bits. Otherwise, one token has many
 * spellings, which the state binding would not recognize.
 */
function checkBase64url(segment: string): Buffer {
  const bytes = Buffer.from(segment, 'base64url');
  if (bytes.toString('base64url') !== segment) throw new AuthRedirectError('token_encoding');
  return bytes;
}

/** RFC 7515 section 5.2. Decoding would silently replace invalid and overlong sequences with U+FFFD. */
function checkUtf8(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new AuthRedirectError('token_not_utf8');
  return bytes.toString('utf8');
}

/** RFC 7515 section 4 and RFC 7519 section 7.2. */
function checkJsonObject(json: string): JsonObject {
  const value = parse(json);
  if (!isJsonObject(value)) throw new AuthRedirectError('token_not_json');
  return value;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // The parser's message quotes the token, so it must not become the cause.
    throw new AuthRedirectError('token_not_json');
  }
}

/**
 * RFC 7515 section 4 and RFC 7519 section 4: no repeated member at any depth, because parsers differ in which one they use. A copied
 * `__proto__` becomes a prototype.
 *
 * @param json The text of `object`, which has more members if parsing dropped repeated ones.
 */
function checkMemberNames(json: string, object: JsonObject): void {
  if (countMembers(object) !== countColons(json)) throw new AuthRedirectError('token_duplicate_member');
}

/** No recursion: 8 KB of `[` are thousands of levels. */
function countMembers(root: JsonObject): number {
  let members = 0;
  const open: object[] = [root];
  for (let value = open.pop(); value; value = open.pop()) {
    if (!Array.isArray(value)) members += checkNames(Object.keys(value));
    for (const member of Object.values(value)) {
      if (typeof member === 'object' && member !== null) open.push(member);
    }
  }
  return members;
}

function checkNames(names: readonly string[]): number {
  if (names.includes('__proto__')) throw new AuthRedirectError('token_forbidden_member');
  return names.length;
}

/** In well-formed JSON, each member has exactly one colon outside of strings. */
function countColons(json: string): number {
  let colons = 0;
  for (let at = 0; at < json.length; at += 1) {
    const character = json[at];
    if (character === ':') colons += 1;
    else if (character === '"') at = endOfString(json, at);
  }
  return colons;
}

function endOfString(json: string, start: number): number {
  let end = json.indexOf('"', start + 1);
  while (isEscaped(json, end)) end = json.indexOf('"', end + 1);
  return end;
}

function isEscaped(json: string, quote: number): boolean {
  let backslashes = 0;
  while (json[quote - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}
