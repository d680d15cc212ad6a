import { parseJson, textOf, type Json, type JsonObject } from '../json.js';
import { readLines } from './lines.js';

/** `problem` is about the lines with additional fields. */
export type FormInput = { readonly fields: JsonObject } | { readonly problem: string };

export function fieldText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Unchanged fields keep their value, also if it is not a text. */
export function readFields(initial: JsonObject, body: JsonObject): FormInput {
  const fields = Object.entries(initial).map(([name, value]) => [
    name,
    fieldValue(value, textOf(body[`field:${name}`] ?? fieldText(value))),
  ]);
  const more = readLines(textOf(body['more']));
  return 'problem' in more ? more : { fields: { ...Object.fromEntries(fields), ...more.values } };
}

function fieldValue(initial: Json, text: string): Json {
  if (typeof initial === 'string') return text;
  try {
    const value = parseJson(text);
    return typeof value === typeof initial ? value : text;
  } catch {
    return text;
  }
}
