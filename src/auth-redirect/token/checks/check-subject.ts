import { AuthRedirectError } from '../../errors.js';
import type { JsonObject } from '../../json.js';

/** Longest `sub` taken, in characters. */
export const SUBJECT_MAX_LENGTH = 1024;

/** Control characters, line and paragraph separators, bidi embeddings, overrides and isolates, lone surrogates. */
const UNSAFE = /[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]/u;

/** RFC 7519 section 4.1.2: a string. It goes into other people's systems and logs, so it must look like what it is. */
export function checkSubject({ sub }: JsonObject): string {
  if (typeof sub !== 'string' || sub === '' || sub.trim() !== sub) throw new AuthRedirectError('sub_invalid');
  if (UNSAFE.test(sub) || lengthOf(sub) > SUBJECT_MAX_LENGTH) throw new AuthRedirectError('sub_invalid');
  return sub;
}

/** In characters: one outside of the basic plane is two code units, but one character. */
function lengthOf(text: string): number {
  return text.length > SUBJECT_MAX_LENGTH ? Array.from(text).length : text.length;
}
