import { isJsonObject, type JsonObject } from '../auth-redirect/json.js';
import { choicesOf, isChoices } from './choices.js';
import { COUNTRIES } from './countries.js';
import type { Condition, Field, FieldValue } from './field-types.js';

/**
 * Configures a condition for a field: the value of an earlier one.
 *
 * @publicApi
 */
export interface FieldCondition {
  /** Name of an earlier field of type `select`, `radio`, `checkboxes`, `checkbox` or `country`. */
  readonly field: string;
  /** The value, or a list of values of which the user must choose one. */
  readonly is: string | boolean | readonly (string | boolean)[];
}

const TYPES = ['select', 'radio', 'checkboxes', 'checkbox', 'country'];

export function conditionOf({ field, is }: FieldCondition): Condition {
  return { field, values: [is].flat() };
}

/** Includes the conditions of the earlier field: the browser also posts the value of a hidden field, which must have no effect. */
export function conditionsOf(field: Field, fields: readonly Field[]): readonly Condition[] {
  if (!field.when) return [];
  const { when } = field;
  const other = fields.find(({ name }) => name === when.field);
  return [when, ...(other ? conditionsOf(other, fields) : [])];
}

export function isMet({ field, values }: Condition, earlier: Readonly<Record<string, FieldValue>>): boolean {
  const chosen = [earlier[field] ?? false].flat();
  return values.some((value) => chosen.includes(value));
}

export function findConditionProblem(condition: unknown): string | undefined {
  const { field, is, ...others }: JsonObject = isJsonObject(condition) ? condition : {};
  const values: readonly unknown[] = [is].flat();
  const isValid = typeof field === 'string' && values.length > 0 && values.every(isValue);
  return isValid && Object.keys(others).length === 0
    ? undefined
    : 'is not the value of an earlier field, like { field: country, is: US }';
}

/** @param earlier The fields before this one. */
export function conditionProblems(condition: unknown, earlier: readonly JsonObject[]): string[] {
  if (condition === undefined || condition === null || findConditionProblem(condition) !== undefined) return [];
  const { field, is }: JsonObject = { ...Object(condition) };
  const other = earlier.find(({ name }) => name === field);
  if (!other) return [`when.field is ${String(field)}, which is not an earlier field`];
  if (!TYPES.includes(String(other.type)))
    return [`when.field is ${String(field)}, whose type is none of ${TYPES.join(', ')}`];
  const known = valuesOf(other);
  const unknown = [is].flat().filter((value) => known !== undefined && !known.includes(value));
  return unknown.map((value) => `when.is has ${JSON.stringify(value)}, which is not a value of ${String(field)}`);
}

/** Returns undefined if the field's options are invalid. */
function valuesOf({ type, options, countries }: JsonObject): readonly unknown[] | undefined {
  if (type === 'checkbox') return [true, false];
  if (type === 'country') return Array.isArray(countries) ? countries : COUNTRIES;
  return isChoices(options) ? choicesOf(options).map(({ value }) => value) : undefined;
}

function isValue(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean';
}
