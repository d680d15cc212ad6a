export type Json = string | number | boolean | null | Json[] | JsonObject;

export interface JsonObject {
  [key: string]: Json;
}

/** Returns true for an object that is neither null nor an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return isRecord(value);
}

/** Returns a string unchanged, and an empty string for other values. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Parses JSON. Throws if it is invalid. */
export function parseJson(text: string): Json {
  const value: Json = JSON.parse(text);
  return value;
}

/**
 * Returns a copy with JSON values only: functions and undefined are removed, dates become text. Values that cannot be
 * serialized (a cycle, a bigint) become strings, because recording must never fail the login.
 */
export function toJson(value: unknown): Json {
  try {
    const text: string | undefined = JSON.stringify(value);
    return text === undefined ? null : parseJson(text);
  } catch {
    return shownText(value);
  }
}

/** Returns the string form of a value. The conversion can throw. */
export function shownText(value: unknown): string {
  try {
    return String(value);
  } catch {
    return 'a value without a text';
  }
}

/** Returns the same as {@link toJson} for an object. */
export function toJsonObject(value: unknown): JsonObject {
  const copy = toJson(value);
  return isJsonObject(copy) ? copy : {};
}
