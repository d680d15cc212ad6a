import { isISO8601 } from 'class-validator';
import type { ProfileFieldType } from './profile.options.js';

const FIELDS_MAX = 20;
const LENGTH_MAX = 1000;
const NAME = /^[a-z][a-z0-9_]{0,39}$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** What is wrong with the list of fields, apart from the fields. */
export function findFieldsProblem(fields: unknown): string | undefined {
  if (!Array.isArray(fields)) return 'is not a list of fields';
  return fields.length === 0 || fields.length > FIELDS_MAX
    ? `has ${fields.length} entries, not 1 to ${FIELDS_MAX}`
    : undefined;
}

/** What is wrong with the name of a field. */
export function findNameProblem(name: unknown): string | undefined {
  if (typeof name !== 'string' || !NAME.test(name)) {
    return 'is not a name of a-z, 0-9 and _, a letter first, up to 40 characters';
  }
  return name in {} || name === 'prototype' ? 'is a name that objects have already: choose another' : undefined;
}

/** What is wrong with a number of characters. */
export function findLengthProblem(length: unknown): string | undefined {
  return Number.isInteger(length) && Number(length) >= 1 && Number(length) <= LENGTH_MAX
    ? undefined
    : `is not a whole number from 1 to ${LENGTH_MAX}`;
}

/** What is wrong with the `min` or `max` of a number or date. */
export function findLimitProblem(limit: unknown, type: ProfileFieldType): string | undefined {
  if (type === 'number') return Number.isFinite(limit) ? undefined : 'is not a number';
  return isDate(limit) ? undefined : 'is not a date like 1990-12-31 (quote it)';
}

/** What is wrong with the lower one of two limits, `name` being the upper one. */
export function findOrderProblem(lower: unknown, upper: unknown, name: string): string | undefined {
  const isAbove =
    (typeof lower === 'number' && typeof upper === 'number' && lower > upper) ||
    (typeof lower === 'string' && typeof upper === 'string' && lower > upper);
  return isAbove ? `is more than ${name}` : undefined;
}

/** A day that there is, as HTML's date fields give it (ISO 8601, four digits of the year). */
export function isDate(value: unknown): value is string {
  return typeof value === 'string' && DATE.test(value) && isISO8601(value, { strict: true });
}
