import { isJsonObject, type JsonValue } from '../../auth-redirect/json.js';

/** A placeholder, like `{{to}}` or `{{secret.token}}`. */
const PLACE = /\{\{([^{}]*)\}\}/g;

export type Values = Readonly<Record<string, string>>;

/** Replaces the placeholders of a text. */
export function filled(template: string, values: Values, escape = (value: string): string => value): string {
  return template.replaceAll(PLACE, (_place, name: string) =>
    escape(Object.hasOwn(values, name) ? (values[name] ?? '') : ''),
  );
}

/** Replaces the placeholders of all texts in a JSON value. */
export function filledJson(value: JsonValue, values: Values): JsonValue {
  if (typeof value === 'string') return filled(value, values);
  if (Array.isArray(value)) return value.map((each) => filledJson(each, values));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, filledJson(each, values)]));
}

/** Returns the names of the placeholders in a template, also in the texts of a list or an object. */
export function placesIn(template: unknown): readonly string[] {
  if (typeof template === 'string') return [...template.matchAll(PLACE)].map(([, name = '']) => name);
  return typeof template === 'object' && template !== null ? Object.values(template).flatMap(placesIn) : [];
}
