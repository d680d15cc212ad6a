import type { JsonObject } from '../../json.js';
import type { ApiMethods, CallNotes } from '../recorder.js';

/** Auth0: Session Metadata and Refresh Token Metadata, "Limitations". */
const LIMITS = { entries: 25, characters: 255 };

/** @param current The stored metadata. */
export function metadataMethods(group: 'session' | 'refreshToken', current: JsonObject): ApiMethods {
  let metadata = { ...current };
  return {
    [`${group}.setMetadata`]: ([key, value], notes) => {
      metadata = withEntry(metadata, key, value);
      noteType(value, notes);
    },
    [`${group}.deleteMetadata`]: ([key]) => {
      metadata = withEntry(metadata, key, null);
    },
    [`${group}.evictMetadata`]: () => {
      metadata = {};
    },
  };
}

/** Removes the entry if the value is null. Throws beyond Auth0's limits. */
export function withEntry(metadata: JsonObject, key: unknown, value: unknown): JsonObject {
  if (typeof key !== 'string' || !/^[\w-]+$/.test(key)) {
    throw new TypeError(`Metadata: a key is made of letters, digits, "_" and "-"; got ${JSON.stringify(key)}.`);
  }
  const { [key]: _former, ...others } = metadata;
  if (value === null || value === undefined) return others;
  const text = textFor(value);
  assertLength(`the key "${key.slice(0, 20)}…"`, key);
  assertLength(`the value of "${key}"`, text);
  if (Object.keys(others).length >= LIMITS.entries) {
    throw new RangeError(`Metadata: Auth0 stores ${LIMITS.entries} entries at most; "${key}" would be one more.`);
  }
  return { ...others, [key]: text };
}

function textFor(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
}

function noteType(value: unknown, notes: CallNotes): void {
  if (typeof value === 'string' || value === null || value === undefined) return;
  notes.hint = 'Auth0 documents strings as values. The sandbox stores this value as JSON text.';
}

function assertLength(what: string, text: string): void {
  if (text.length <= LIMITS.characters) return;
  throw new RangeError(`Metadata: ${what} has ${text.length} characters; Auth0's limit is ${LIMITS.characters}.`);
}
