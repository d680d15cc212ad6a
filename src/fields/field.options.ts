import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import { isJsonObject, type JsonObject } from '../auth-redirect/json.js';
import type { LocalizedText } from '../auth-redirect/locales/localized-text.js';
import { findWholeNumberProblem, notList } from '../auth-redirect/validation/problems.js';
import { optionProblems, optionsFrom } from '../auth-redirect/validation/validate.js';
import { IfSet, IsLocalizedText, localizedText, validateWith } from '../auth-redirect/validation/validators.js';
import { findAutocompleteProblem } from './autocomplete.js';
import { choicesOf, findChoicesProblem, type FieldChoices } from './choices.js';
import { conditionOf, conditionProblems, findConditionProblem, type FieldCondition } from './conditions.js';
import { findCountriesProblem, findCountryProblem } from './countries.js';
import { FIELD_TYPES, isOrdered, type Field, type FieldType, type FieldTypeName } from './field-types.js';
import { findPatternProblem, wholePattern } from './pattern.js';

const FIELDS_MAX = 20;
const LENGTH_MAX = 1000;
const NAME = /^[a-z][a-z0-9_]{0,39}$/;
const TYPES = Object.keys(FIELD_TYPES);

/**
 * Configures a field.
 *
 * @publicApi
 */
export class FieldOptions {
  /** Name in the data: a-z, 0-9 and `_`, starting with a letter, up to 40 characters. */
  @validateWith('isName', findNameProblem)
  name!: string;

  /** `text`, `textarea`, `email`, `tel`, `date`, `number`, `select`, `radio`, `checkboxes`, `checkbox` or `country`. */
  @IsIn(TYPES, { message: `is none of ${TYPES.join(', ')}` })
  type!: FieldTypeName;

  /** Label on the page. */
  @IsLocalizedText()
  label!: LocalizedText;

  /** Help text below the label. Default: none. */
  @IfSet(localizedText())
  hint?: LocalizedText;

  /** Whether the user must fill in or tick the field. Default: false; an empty field is null. */
  @IsOptional()
  @IsBoolean({ message: 'is neither true nor false' })
  required?: boolean;

  /** `text` and `textarea`: minimum length in Unicode code points. Default: 1. */
  @IfTypeHas('minLength', findMinLengthProblem)
  minLength?: number;

  /** `text` and `textarea`: maximum length in Unicode code points, up to 1000. Default: 200; 1000 for a textarea. */
  @IfTypeHas('maxLength', findLengthProblem)
  maxLength?: number;

  /**
   * `text` and `tel`: a regular expression (ECMAScript, flag `u`) that the whole value must match; for `tel`, the number in the form for
   * the Action. Default: none.
   */
  @IfTypeHas('pattern', (value, field, type) => findPatternProblem(value, longestOf(field, type)))
  pattern?: string;

  /** `number` and `date`: minimum, like `18` or `1990-12-31`. Default: none. */
  @IfTypeHas('min', findMinProblem)
  min?: number | string;

  /** `number` and `date`: maximum. Default: none. */
  @IfTypeHas('max', (value, _field, type) => type.findLimitProblem?.(value))
  max?: number | string;

  /**
   * `select`, `radio` and `checkboxes`: 1 to 300 choices: values that are also the labels, values with labels, or a map of labels by value.
   * A map reorders values that consist of digits.
   */
  @IfTypeHas('options', findChoicesProblem, 'is missing: the field needs a list of choices')
  options?: FieldChoices;

  /**
   * Autofill field name of the HTML standard, like `family-name`. Not for radio buttons and checkboxes. Default: `email`, `tel` and
   * `country` for these types, otherwise none.
   */
  @IfTypeHas('autocomplete', (value, _field, { autofill }) => findAutocompleteProblem(value, autofill))
  autocomplete?: string;

  /** `tel`: country of numbers without a country code, like `DE` (ISO 3166-1). Default: none; users must begin with `+` or `00`. */
  @IfTypeHas('defaultCountry', findCountryProblem)
  defaultCountry?: string;

  /** `country`: the countries to choose from, like `['DE', 'FR']` (ISO 3166-1). Default: all. */
  @IfTypeHas('countries', findCountriesProblem)
  countries?: readonly string[];

  /**
   * Shows the field only for a value of an earlier field: `{ field: country, is: US }`. `is` can be a list, and true or false for a
   * checkbox. Otherwise the value is null. Default: the form always has the field.
   */
  @IfSet(findConditionProblem)
  when?: FieldCondition;
}

/** Returns one line for each problem: `fields[1].options is missing: the field needs a list of choices`. */
export function fieldsProblems(fields: unknown): string[] {
  const problem = findFieldsProblem(fields);
  return problem === undefined && isList(fields) ? fields.flatMap(fieldProblems) : [`fields ${problem}`];
}

function fieldProblems(field: unknown, index: number, fields: readonly unknown[]): string[] {
  const path = `fields[${index}]`;
  if (!isJsonObject(field)) return [`${path} is not a section of options`];
  const earlier = fields.slice(0, index).filter(isJsonObject);
  const problems = [
    ...optionProblems(FieldOptions, field),
    ...(earlier.some(({ name }) => name === field.name) ? ['name is already in use'] : []),
    ...conditionProblems(field.when, earlier),
  ];
  return problems.map((problem) => `${path}.${problem}`);
}

/** Adds defaults to valid options. */
export function fieldOf(given: FieldOptions): Field {
  const { options = [], pattern, when, ...field } = optionsFrom(FieldOptions, given);
  const type = FIELD_TYPES[field.type];
  return {
    ...field,
    required: field.required ?? false,
    minLength: field.minLength ?? 1,
    maxLength: field.maxLength ?? type.maxLength ?? Infinity,
    pattern: pattern === undefined ? undefined : wholePattern(pattern),
    choices: choicesOf(options),
    when: when && conditionOf(when),
    autocomplete: field.autocomplete ?? type.autocomplete,
  };
}

/** @param missing The problem of a missing option. Default: none if the option is optional. */
function IfTypeHas(
  option: FieldType['options'][number],
  findProblem: (value: unknown, field: JsonObject, type: FieldType) => string | undefined,
  missing?: string,
): PropertyDecorator {
  return validateWith('ifTypeHas', (value, field) => {
    const [, type] = Object.entries(FIELD_TYPES).find(([name]) => name === field.type) ?? [];
    if (!type) return undefined;
    const isForType = type.options.includes(option);
    if (value === undefined) return isForType ? missing : undefined;
    if (isForType) return findProblem(value, field, type);
    const types = Object.entries(FIELD_TYPES).filter(([, { options }]) => options.includes(option));
    return `is not an option of the type ${String(field.type)}, only of ${types.map(([name]) => name).join(', ')}`;
  });
}

function findFieldsProblem(fields: unknown): string | undefined {
  if (!isList(fields)) return notList(fields, 'fields');
  const count = fields.length;
  return count === 0 || count > FIELDS_MAX ? `has ${count} entries, not 1 to ${FIELDS_MAX}` : undefined;
}

function findNameProblem(name: unknown): string | undefined {
  if (typeof name !== 'string' || !NAME.test(name)) {
    return 'is not a name of a-z, 0-9 and _, starting with a letter, up to 40 characters';
  }
  return name in {} || name === 'prototype' ? 'is a reserved name of JavaScript objects: choose another' : undefined;
}

function findLengthProblem(length: unknown): string | undefined {
  return findWholeNumberProblem(length, 1, LENGTH_MAX);
}

function findMinLengthProblem(length: unknown, field: JsonObject, type: FieldType): string | undefined {
  return findLengthProblem(length) ?? findOrderProblem(length, longestOf(field, type), 'maxLength');
}

function findMinProblem(min: unknown, { max }: JsonObject, type: FieldType): string | undefined {
  return type.findLimitProblem?.(min) ?? findOrderProblem(min, max, 'max');
}

function findOrderProblem(lower: unknown, upper: unknown, name: string): string | undefined {
  return typeof lower === typeof upper && !isOrdered(lower, upper) ? `is more than ${name}` : undefined;
}

function longestOf({ maxLength }: JsonObject, type: FieldType): number {
  const isValid = findLengthProblem(maxLength) === undefined;
  return isValid ? Number(maxLength) : (type.maxLength ?? LENGTH_MAX);
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
