/** Anything JSON can hold. */
export type Json = string | number | boolean | null | Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  [key: string]: Json;
}

/** Returns true for what `{}` would write in JSON: an object that is neither null nor an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the same for JSON values. */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return isRecord(value);
}

/** Returns the text that a value is, or nothing. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Parses JSON; throws where it is none. */
export function parseJson(text: string): Json {
  const value: Json = JSON.parse(text);
  return value;
}

/**
 * A copy that JSON can carry: functions and undefined go, dates become text. What cannot be written at all (a cycle, a
 * bigint) becomes its string form, because a recording must never fail the login it records.
 */
export function toJson(value: unknown): Json {
  try {
    const text: string | undefined = JSON.stringify(value);
    return text === undefined ? null : parseJson(text);
  } catch {
    return shownText(value);
  }
}

/** The text that JavaScript makes of a value; a value can refuse to be one. */
export function shownText(value: unknown): string {
  try {
    return String(value);
  } catch {
    return 'a value without a text';
  }
}

/** Returns the same as {@link toJson} for something known to be an object. */
export function toJsonObject(value: unknown): JsonObject {
  const copy = toJson(value);
  return isJsonObject(copy) ? copy : {};
}
