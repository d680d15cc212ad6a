import type { LocalizedText } from '../auth-redirect/locales/localized-text.js';
import type { FindProblem } from '../auth-redirect/validation/problems.js';
import type { FieldChoice } from './choices.js';
import { countriesIn, isCountry } from './countries.js';
import { datePartsOf, formatDate, isDate, parseDate } from './dates.js';
import { isPlainAddress } from './email-address.js';
import { formatNumber, parseNumber } from './numbers.js';
import { matchesInTime } from './pattern.js';
import { examplePhoneNumber, parsePhoneNumber, PHONE_NUMBER_MAX_LENGTH } from './phone-numbers.js';
import { isStorable, lengthOf, lineOf, linesOf } from './text.js';

/**
 * Names the type of a field.
 *
 * @publicApi
 */
export type FieldTypeName =
  | 'text'
  | 'textarea'
  | 'email'
  | 'tel'
  | 'date'
  | 'number'
  | 'select'
  | 'radio'
  | 'checkboxes'
  | 'checkbox'
  | 'country';

/**
 * Holds the value of a field: null if empty, a boolean for a checkbox, a list for checkboxes.
 *
 * @publicApi
 */
export type FieldValue = string | number | boolean | null | readonly string[];

export interface Field {
  readonly name: string;
  readonly type: FieldTypeName;
  readonly label: LocalizedText;
  readonly hint?: LocalizedText;
  readonly required: boolean;
  readonly minLength: number;
  readonly maxLength: number;
  readonly pattern: RegExp | undefined;
  readonly min?: number | string;
  readonly max?: number | string;
  readonly choices: readonly FieldChoice[];
  /** Country of phone numbers without a country code. */
  readonly defaultCountry?: string;
  readonly countries?: readonly string[];
  readonly autocomplete: string | undefined;
  readonly when: Condition | undefined;
}

export interface Condition {
  readonly field: string;
  readonly values: readonly (string | boolean)[];
}

export interface FieldProblem {
  readonly message: string;
  readonly places?: Readonly<Record<string, string | number>>;
}

export type Reading = { readonly value: FieldValue } | FieldProblem;

type Option = 'minLength' | 'maxLength' | 'pattern' | 'min' | 'max' | 'options' | 'autocomplete';

export interface FieldType {
  readonly options: readonly (Option | 'defaultCountry' | 'countries')[];
  /** Maximum length in characters. Default: no limit. */
  readonly maxLength?: number;
  readonly findLimitProblem?: FindProblem;
  /** Names whose values browsers fill into the control. Default: all. */
  readonly autofill?: readonly string[];
  readonly autocomplete?: string;
  /** Message for an empty required field. Default: `form.required`. */
  readonly missing?: string;
  /** Parses a text that is not empty; for several controls, their joined texts. */
  readonly read: (text: string, field: Field, locale: string) => Reading | Promise<Reading>;
  readonly isMultiple?: boolean;
  /** Empty value. Default: null. */
  readonly empty?: FieldValue;
  /** Returns the initial content of the control; empty if the known value does not fit. */
  readonly prefill: (known: unknown, field: Field, locale: string) => string | readonly string[];
}

const TEXT_MAX_LENGTH = 200;
const TEXTAREA_MAX_LENGTH = 1000;
/** Maximum of RFC 5321, section 4.5.3.1.3. Phone numbers are shorter. */
const ADDRESS_MAX_LENGTH = 254;

export const FIELD_TYPES: Readonly<Record<FieldTypeName, FieldType>> = {
  text: {
    options: ['minLength', 'maxLength', 'pattern', 'autocomplete'],
    maxLength: TEXT_MAX_LENGTH,
    read: (text, field) => checked(lineOf(text), textRules(field)),
    // Browsers remove line breaks from single-line controls, which would join two words.
    prefill: (known, { maxLength }) => lineOf(knownText(known, maxLength)),
  },
  textarea: {
    options: ['minLength', 'maxLength'],
    maxLength: TEXTAREA_MAX_LENGTH,
    read: (text, field) => checked(linesOf(text), textRules(field)),
    prefill: (known, { maxLength }) => knownText(known, maxLength),
  },
  email: {
    options: ['autocomplete'],
    autofill: ['email', 'username'],
    autocomplete: 'email',
    read: (text) => checked(lineOf(text.replaceAll(/\p{Cf}/gu, '')), [[isPlainAddress, { message: 'form.email' }]]),
    prefill: (known) => knownText(known, ADDRESS_MAX_LENGTH),
  },
  tel: {
    options: ['pattern', 'autocomplete', 'defaultCountry'],
    maxLength: PHONE_NUMBER_MAX_LENGTH,
    autofill: ['tel'],
    autocomplete: 'tel',
    read: readPhoneNumber,
    prefill: (known) => knownText(known, ADDRESS_MAX_LENGTH),
  },
  date: {
    options: ['min', 'max', 'autocomplete'],
    findLimitProblem: (limit) => (isDate(limit) ? undefined : 'is not a date like 1990-12-31 (quote it)'),
    autofill: ['bday'],
    read: readDate,
    prefill: (known, _field, locale) => (isDate(known) ? partsOf(known, locale) : []),
  },
  number: {
    options: ['min', 'max', 'autocomplete'],
    findLimitProblem: (limit) => (Number.isFinite(limit) ? undefined : 'is not a number'),
    autofill: ['bday-day', 'bday-month', 'bday-year'],
    read: readNumber,
    prefill: (known, _field, locale) => (typeof known === 'number' ? knownNumber(known, locale) : ''),
  },
  select: {
    options: ['options', 'autocomplete'],
    missing: 'form.choose',
    read: readChoice,
    prefill: knownChoice,
  },
  radio: {
    options: ['options'],
    missing: 'form.choose',
    read: readChoice,
    prefill: knownChoice,
  },
  checkboxes: {
    options: ['options'],
    missing: 'form.choose',
    isMultiple: true,
    empty: [],
    read: readChoice,
    prefill: (known, { choices }) =>
      choices.map(({ value }) => value).filter((value) => Array.isArray(known) && known.includes(value)),
  },
  checkbox: {
    options: [],
    missing: 'form.tick',
    empty: false, // browsers post only ticked checkboxes
    read: (text) => (text === 'yes' ? { value: true } : { message: 'form.tick' }),
    prefill: (known) => (known === true ? 'yes' : ''),
  },
  country: {
    options: ['countries', 'autocomplete'],
    autofill: ['country'],
    autocomplete: 'country',
    missing: 'form.choose',
    read: (text, { countries }) => (isOneOf(text, countries) ? { value: text } : { message: 'form.choose' }),
    prefill: (known, { countries }) => (isOneOf(known, countries) ? known : ''),
  },
};

export function choicesIn(field: Field, locale: string): readonly FieldChoice[] {
  return field.type === 'country' ? countriesIn(locale, field.countries) : field.choices;
}

/** Compares two numbers, or two dates as texts. */
export function isOrdered(lower: unknown, upper: unknown): boolean {
  if (typeof lower === 'number' && typeof upper === 'number') return lower <= upper;
  return typeof lower === 'string' && typeof upper === 'string' && lower <= upper;
}

type Rule = readonly [holds: (text: string) => boolean, problem: FieldProblem];

function checked(text: string, rules: readonly Rule[]): Reading {
  const all: readonly Rule[] = [[isStorable, { message: 'form.characters' }], ...rules];
  return all.find(([holds]) => !holds(text))?.[1] ?? { value: text };
}

/** Counts code points. `Length` of class-validator counts some sequences as one character. */
function textRules({ minLength, maxLength, pattern }: Field): readonly Rule[] {
  return [
    [(text) => lengthOf(text) >= minLength, { message: 'form.too_short', places: { count: minLength } }],
    [(text) => lengthOf(text) <= maxLength, { message: 'form.too_long', places: { count: maxLength } }],
    [(text) => !pattern || matchesInTime(pattern, text), { message: 'form.pattern' }],
  ];
}

async function readPhoneNumber(text: string, field: Field, locale: string): Promise<Reading> {
  const { defaultCountry, pattern } = field;
  const result = await parsePhoneNumber(text, defaultCountry);
  if ('number' in result) {
    return !pattern || matchesInTime(pattern, result.number) ? { value: result.number } : { message: 'form.pattern' };
  }
  const places = { example: await examplePhoneNumber(locale, defaultCountry) };
  if (result.problem === 'extension') return { message: 'form.telExtension', places };
  return { message: defaultCountry === undefined ? 'form.tel' : 'form.telNational', places };
}

function readDate(text: string, field: Field, locale: string): Reading {
  const value = parseDate(text, locale);
  if (value === undefined) return { message: 'form.date', places: { example: formatDate('1990-12-31', locale) } };
  return limited(value, field, 'form.date', (day) => Date.parse(String(day)));
}

function readNumber(text: string, field: Field, locale: string): Reading {
  const value = parseNumber(text, locale);
  if (value === undefined) return { message: 'form.number', places: { example: formatNumber(12.5, locale) } };
  return limited(value, field, 'form.number', Number);
}

/** @param placeOf Returns the limit as the message shows it. */
function limited(
  value: number | string,
  { min, max }: Field,
  message: string,
  placeOf: (limit: number | string) => number,
): Reading {
  if (min !== undefined && !isOrdered(min, value)) return { message: `${message}_min`, places: { min: placeOf(min) } };
  if (max !== undefined && !isOrdered(value, max)) return { message: `${message}_max`, places: { max: placeOf(max) } };
  return { value };
}

function readChoice(text: string, { choices }: Field): Reading {
  return choices.some(({ value }) => value === text) ? { value: text } : { message: 'form.choose' };
}

function knownChoice(known: unknown, { choices }: Field): string {
  return choices.find(({ value }) => value === known)?.value ?? '';
}

function knownText(known: unknown, maxLength: number): string {
  return typeof known === 'string' && lengthOf(known) <= maxLength && isStorable(known) ? linesOf(known) : '';
}

function knownNumber(known: number, locale: string): string {
  const text = formatNumber(known, locale);
  return parseNumber(text, locale) === known ? text : '';
}

function isOneOf(value: unknown, countries: readonly string[] | undefined): value is string {
  return isCountry(value) && (countries?.includes(value) ?? true);
}

/** Returns the parts in the order of the language, without leading zeros. */
function partsOf(date: string, locale: string): readonly string[] {
  const [year = '', month = '', day = ''] = date.split('-').map((part) => String(Number(part)));
  const parts = { year, month, day };
  return datePartsOf(locale).map((part) => parts[part]);
}
