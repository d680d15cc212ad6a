/** A parsed JSON object with unchecked members. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Returns whether the value is an object, but not null or a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Represents a value that JSON can contain. A step's data becomes a claim.
 *
 * @publicApi
 */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue };
