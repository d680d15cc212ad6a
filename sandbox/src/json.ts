export type Json = string | number | boolean | null | Json[] | JsonObject;

export interface JsonObject {
  [key: string]: Json;
}

/** Returns false for null and arrays. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return isRecord(value);
}

/** Returns an empty string for other values. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Throws if the text is invalid. */
export function parseJson(text: string): Json {
  const value: Json = JSON.parse(text);
  return value;
}

/**
 * Copies JSON values only. Unserializable values (a cycle, a bigint) become strings, because recording must never fail
 * the login.
 */
export function toJson(value: unknown): Json {
  try {
    const text: string | undefined = JSON.stringify(value);
    return text === undefined ? null : parseJson(text);
  } catch {
    return shownText(value);
  }
}

/** The conversion can throw. */
export function shownText(value: unknown): string {
  try {
    return String(value);
  } catch {
    return 'a value without a text';
  }
}

export function toJsonObject(value: unknown): JsonObject {
  const copy = toJson(value);
  return isJsonObject(copy) ? copy : {};
}
