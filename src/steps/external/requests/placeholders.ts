import { isJsonObject } from '../../../auth-redirect/json.js';

/** Placeholders of requests to the vendor: `{handle}` and so on. */
export type Placeholder = 'handle' | 'session' | 'returnUrl' | 'locale';

export type PlaceholderValues = Partial<Record<Placeholder, string>>;

const PLACEHOLDER = /\{(\w*)\}/g;

/** Returns the names of the placeholders in every text of a value. */
export function placeholdersIn(value: unknown): string[] {
  if (typeof value === 'string') return [...value.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
  if (Array.isArray(value)) return value.flatMap(placeholdersIn);
  return isJsonObject(value) ? Object.values(value).flatMap(placeholdersIn) : [];
}

/** Returns the problem of the placeholders in a value. */
export function findPlaceholderProblem(value: unknown, known: readonly Placeholder[]): string | undefined {
  const unknown = placeholdersIn(value).find((name) => !known.some((other) => other === name));
  const names = known.map((name) => `{${name}}`).join(', ');
  return unknown === undefined ? undefined : `contains an unknown placeholder (known: ${names})`;
}

/** @param encode Encodes each value. */
export function filledText(text: string, values: PlaceholderValues, encode = (value: string): string => value): string {
  return text.replaceAll(PLACEHOLDER, (_all, name: Placeholder) => encode(values[name] ?? ''));
}

export function filledJson(value: unknown, values: PlaceholderValues): unknown {
  if (typeof value === 'string') return filledText(value, values);
  if (Array.isArray(value)) return value.map((each: unknown) => filledJson(each, values));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, filledJson(each, values)]));
}
