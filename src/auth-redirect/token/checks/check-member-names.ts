import { AuthRedirectError } from '../../errors.js';
import type { JsonObject } from '../../json.js';

/**
 * RFC 7515 section 4 and RFC 7519 section 4: no member twice, at any depth, because parsers differ in which one they take;
 * and none named `__proto__`, which becomes a prototype where claims are copied.
 *
 * @param json What `object` was parsed from. Parsing drops repeated members, so the text then names more than the object has.
 */
export function checkMemberNames(json: string, object: JsonObject): void {
  if (countMembers(object) !== countColons(json)) throw new AuthRedirectError('token_duplicate_member');
}

/** A loop, not a recursion: 8 KB of `[` are thousands of levels. */
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

/** In well-formed JSON every colon outside of a string belongs to exactly one member. */
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
