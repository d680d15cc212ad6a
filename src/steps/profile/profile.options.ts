import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import { isJsonObject, type JsonObject } from '../../auth-redirect/json.js';
import type { LocalizedText } from '../../auth-redirect/locales/localized-text.js';
import { findWholeNumberProblem, notList, findStepIdProblem } from '../../auth-redirect/validation/problems.js';
import { optionProblems, optionsFrom } from '../../auth-redirect/validation/validate.js';
import { IfSet, IsLocalizedText, localizedText, validateWith } from '../../auth-redirect/validation/validators.js';
import { findAutocompleteProblem } from './autocomplete.js';
import { choicesOf, findChoicesProblem, type ProfileChoices } from './choices.js';
import { FIELD_TYPES, isOrdered, type FieldType, type ProfileField, type ProfileFieldType } from './field-types.js';
import { findPatternProblem, wholePattern } from './pattern.js';

/**
 * Identifies the {@link ProfileOptions} for injection.
 *
 * @publicApi
 */
export const PROFILE_OPTIONS = Symbol.for('nestjs-auth-redirect:profile-options');

const FIELDS_MAX = 20;
const LENGTH_MAX = 1000;
const NAME = /^[a-z][a-z0-9_]{0,39}$/;
const TYPES = Object.keys(FIELD_TYPES);

/**
 * Configures a field of the profile.
 *
 * @publicApi
 */
export class ProfileFieldOptions {
  /** Name in the data and in the `profile` claim: a-z, 0-9 and `_`, starting with a letter, up to 40 characters. */
  @validateWith('isName', findNameProblem)
  name!: string;

  /** `text`, `email`, `tel`, `date`, `select`, `checkbox` or `number`. */
  @IsIn(TYPES, { message: `is none of ${TYPES.join(', ')}` })
  type!: ProfileFieldType;

  /** Label on the page. */
  @IsLocalizedText()
  label!: LocalizedText;

  /** Help text below the label. Default: none. */
  @IfSet(localizedText())
  hint?: LocalizedText;

  /** Whether the user has to fill in the field, or tick it. Default: false; the Action receives null for an empty field. */
  @IsOptional()
  @IsBoolean({ message: 'is neither true nor false' })
  required?: boolean;

  /** `text` only: fewest characters (Unicode code points) of a value. Default: 1. */
  @IfTypeHas('minLength', findMinLengthProblem)
  minLength?: number;

  /** `text` only: most characters (Unicode code points), up to 1000. Default: 200. */
  @IfTypeHas('maxLength', findLengthProblem)
  maxLength?: number;

  /**
   * `text` and `tel`: a regular expression (ECMAScript, flag `u`) that the whole value has to match, as in HTML. A phone number
   * has to match in the form that the Action receives. A pattern that takes too long for some texts is rejected. Default: none.
   */
  @IfTypeHas('pattern', (value, field, type) => findPatternProblem(value, longestOf(field, type)))
  pattern?: string;

  /** `number` and `date`: the lowest value, a number or a date like `1990-12-31`. Default: none. */
  @IfTypeHas('min', findMinProblem)
  min?: number | string;

  /** `number` and `date`: the highest value, likewise. Default: none. */
  @IfTypeHas('max', (value, _field, type) => type.findLimitProblem?.(value))
  max?: number | string;

  /**
   * `select` only: 1 to 300 choices. Values that are also the labels, values with labels, or a map of labels by value. For values
   * of digits use a list, because a map reorders them.
   */
  @IfTypeHas('options', findChoicesProblem, 'is missing: a select has a list of them')
  options?: ProfileChoices;

  /**
   * What the browser fills in: an autofill field name of the HTML standard, like `family-name` or `work email`. Not for a
   * checkbox. Default: `email` for type `email`, `tel` for type `tel`, otherwise none.
   */
  @IfTypeHas('autocomplete', (value, _field, { autofill }) => findAutocompleteProblem(value, autofill))
  autocomplete?: string;
}

/**
 * Configures {@link ProfileStep}: the fields of the profile. Each text is the same for everybody, or set by language.
 *
 * @publicApi
 */
export class ProfileOptions {
  /** Id of the step, to use the class several times: a-z, 0-9 and -, up to 40 characters. Default: `profile`. */
  @IfSet(findStepIdProblem)
  id?: string;

  /** Title of the page. Default: “Your details”, in the language of the login. */
  @IfSet(localizedText())
  title?: LocalizedText;

  /** Text above the fields. Default: a sentence in the language of the login. */
  @IfSet(localizedText())
  text?: LocalizedText;

  /** The fields in their order, 1 to 20. */
  @validateWith('isFields', findFieldsProblem)
  fields!: readonly ProfileFieldOptions[];
}

/**
 * Returns everything that is wrong with the options of the profile, and with each of its fields.
 *
 * @param given The options as the configuration has them, of any class.
 * @returns One line each, with its path: `fields[1].options is missing: a select has a list of them`.
 * @publicApi
 */
export function profileProblems(given: object): string[] {
  const fields: unknown = 'fields' in given && given.fields;
  const list: readonly unknown[] = Array.isArray(fields) ? fields : [];
  return [...optionProblems(ProfileOptions, given), ...list.flatMap(fieldProblems)];
}

function fieldProblems(field: unknown, index: number, fields: readonly unknown[]): string[] {
  const path = `fields[${index}]`;
  if (!isJsonObject(field)) return [`${path} is not a section of options`];
  const isRepeated = fields.slice(0, index).some((other) => isJsonObject(other) && other.name === field.name);
  const problems = [...optionProblems(ProfileFieldOptions, field), ...(isRepeated ? ['name is already in use'] : [])];
  return problems.map((problem) => `${path}.${problem}`);
}

/** Returns a field with its defaults, given valid options. */
export function fieldOf(given: ProfileFieldOptions): ProfileField {
  const { options = [], pattern, ...field } = optionsFrom(ProfileFieldOptions, given);
  const type = FIELD_TYPES[field.type];
  return {
    ...field,
    required: field.required ?? false,
    minLength: field.minLength ?? 1,
    maxLength: field.maxLength ?? type.maxLength ?? Infinity,
    pattern: pattern === undefined ? undefined : wholePattern(pattern),
    choices: choicesOf(options),
    autocomplete: field.autocomplete ?? type.autocomplete,
  };
}

/**
 * Validates an option that only some types have.
 *
 * @param missing The problem if a field of such a type lacks the option. Default: none, it is optional.
 */
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
    return `is not for a field of type ${String(field.type)}, only for ${types.map(([name]) => name).join(', ')}`;
  });
}

function findFieldsProblem(fields: unknown): string | undefined {
  if (!Array.isArray(fields)) return notList(fields, 'fields');
  const count = fields.length;
  return count === 0 || count > FIELDS_MAX ? `has ${count} entries, not 1 to ${FIELDS_MAX}` : undefined;
}

function findNameProblem(name: unknown): string | undefined {
  if (typeof name !== 'string' || !NAME.test(name)) {
    return 'is not a name of a-z, 0-9 and _, starting with a letter, up to 40 characters';
  }
  return name in {} || name === 'prototype' ? 'is a name that JavaScript objects use: choose another' : undefined;
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

/** Returns the most characters of a value. */
function longestOf({ maxLength }: JsonObject, type: FieldType): number {
  const isValid = findLengthProblem(maxLength) === undefined;
  return isValid ? Number(maxLength) : (type.maxLength ?? LENGTH_MAX);
}
