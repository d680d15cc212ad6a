import { isEmail, isISO8601, ValidateBy } from 'class-validator';
import type { LocalizedText } from '../../auth-redirect/locales/localized-text.js';
import type { FindProblem } from '../../auth-redirect/validation/problems.js';
import type { ProfileChoice } from './choices.js';
import { matchesInTime } from './pattern.js';
import { asciiDigits } from '../../fields/digits.js';
import { cleaned, isPlainLine, lengthOf } from './text.js';

/**
 * Names the type of a field.
 *
 * @publicApi
 */
export type ProfileFieldType = 'text' | 'email' | 'tel' | 'date' | 'select' | 'checkbox' | 'number';

/**
 * Holds the value of a field: null if the user left it empty, a boolean for a checkbox.
 *
 * @publicApi
 */
export type ProfileValue = string | number | boolean | null;

/** A field with its defaults. */
export interface ProfileField {
  readonly name: string;
  readonly type: ProfileFieldType;
  readonly label: LocalizedText;
  readonly hint?: LocalizedText;
  readonly required: boolean;
  readonly minLength: number;
  readonly maxLength: number;
  readonly pattern: RegExp | undefined;
  readonly min?: number | string;
  readonly max?: number | string;
  readonly choices: readonly ProfileChoice[];
  readonly autocomplete: string | undefined;
}

/** Attributes of the control on the page. */
interface Control {
  readonly direction: 'ltr' | 'auto';
  readonly inputmode: string | null;
  readonly maxlength: number;
  readonly step: 'any';
}

/** What is specific to a type of field. */
export interface FieldType {
  /** Options that only some types have. */
  readonly options: readonly ('minLength' | 'maxLength' | 'pattern' | 'min' | 'max' | 'options' | 'autocomplete')[];
  /** Most characters of a value. Default: no limit. */
  readonly maxLength?: number;
  /** Returns what is wrong with `min` or `max`. */
  readonly findLimitProblem?: FindProblem;
  /** Autofill field names that browsers fill into this type of control. Default: all. */
  readonly autofill?: readonly string[];
  /** Default of `autocomplete`. */
  readonly autocomplete?: string;
  /** Returns attributes of the control. Default: none. */
  readonly control?: (field: ProfileField) => Partial<Control>;
  /** Returns the value for a posted text: null if it is empty, and the text if the rules have to reject it. */
  readonly parse: (text: string) => unknown;
  /** Key of the message if a required field is empty. Default: `form.required`. */
  readonly missing?: string;
  /** Returns the rules for the value. The page shows the message of the first that does not hold. */
  readonly rules: (field: ProfileField) => readonly PropertyDecorator[];
  /** Value of a field that was not posted. Default: null. */
  readonly empty?: ProfileValue;
  /** Returns what the control holds at first, given the value in the session token; null if that does not fit. */
  readonly prefill: (known: unknown, field: ProfileField) => string | boolean | null;
}

const TEXT_MAX_LENGTH = 200;
/** Longest email address (RFC 5321, section 4.5.3.1.3). Longer than any phone number. */
const ADDRESS_MAX_LENGTH = 254;
/** `+`, a country code that does not begin with 0, and up to 15 digits together (E.164). */
const PHONE_NUMBER = /^\+[1-9]\d{6,14}$/;
const PHONE_NUMBER_MAX_LENGTH = 16;
/** JSON preserves up to fifteen digits. */
const NUMBER = /^[+-]?\d{1,15}(?:\.\d{1,10})?$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Everything that is specific to a type. A new type needs an entry here and a name in {@link ProfileFieldType}. */
export const FIELD_TYPES: Readonly<Record<ProfileFieldType, FieldType>> = {
  text: {
    options: ['minLength', 'maxLength', 'pattern', 'autocomplete'],
    maxLength: TEXT_MAX_LENGTH,
    // Browsers count UTF-16 units and cut off silently. Twice as many never stop what the server accepts.
    control: ({ maxLength }) => ({ direction: 'auto', maxlength: maxLength * 2 }),
    parse: (text) => cleaned(text) || null,
    rules: (field) => [rule('form.pattern', isText), plainLineRule, ...lengthRules(field), ...patternRules(field)],
    prefill: (known, { maxLength }) => knownLine(known, maxLength),
  },
  email: {
    options: ['autocomplete'],
    autofill: ['email', 'username'],
    autocomplete: 'email',
    control: () => ({ direction: 'ltr', inputmode: 'email' }),
    parse: (text) => cleaned(text) || null,
    rules: () => [rule('form.email', (value) => isEmail(value)), plainLineRule],
    prefill: (known) => knownLine(known, ADDRESS_MAX_LENGTH),
  },
  tel: {
    options: ['pattern', 'autocomplete'],
    maxLength: PHONE_NUMBER_MAX_LENGTH,
    autofill: ['tel'],
    autocomplete: 'tel',
    control: () => ({ direction: 'ltr', inputmode: 'tel' }),
    parse: (text) => phoneNumber(cleaned(text)) || null,
    rules: (field) => [rule('form.tel', (value) => isText(value) && PHONE_NUMBER.test(value)), ...patternRules(field)],
    prefill: (known) => knownLine(known, ADDRESS_MAX_LENGTH),
  },
  date: {
    options: ['min', 'max', 'autocomplete'],
    findLimitProblem: (limit) => (isDate(limit) ? undefined : 'is not a date like 1990-12-31 (quote it)'),
    autofill: ['bday'],
    parse: (text) => cleaned(text) || null,
    rules: (field) => [rule('form.date', isDate), ...limitRules(field, 'form.date', (day) => Date.parse(String(day)))],
    prefill: (known) => (isDate(known) ? known : null),
  },
  select: {
    options: ['options', 'autocomplete'],
    parse: (text) => text || null,
    missing: 'form.choose',
    rules: ({ choices }) => [rule('form.choose', (value) => isChoice(value, choices))],
    prefill: (known, { choices }) => (isText(known) && isChoice(known, choices) ? known : null),
  },
  checkbox: {
    options: [],
    parse: (text) => text === 'yes' || text,
    missing: 'form.tick',
    rules: () => [rule('form.tick', (value) => value === true)],
    empty: false, // browsers post only ticked checkboxes
    prefill: (known) => known === true,
  },
  number: {
    options: ['min', 'max', 'autocomplete'],
    findLimitProblem: (limit) => (Number.isFinite(limit) ? undefined : 'is not a number'),
    autofill: ['bday-day', 'bday-month', 'bday-year'],
    // The decimal keyboard of phones has no minus sign.
    control: ({ min }) => ({ step: 'any', inputmode: typeof min === 'number' && min >= 0 ? 'decimal' : null }),
    parse: (text) => numberOf(asciiDigits(cleaned(text))),
    rules: (field) => [rule('form.number', Number.isFinite), ...limitRules(field, 'form.number', Number)],
    prefill: (known) => (typeof known === 'number' && typeof numberOf(`${known}`) === 'number' ? `${known}` : null),
  },
};

/**
 * Builds a rule of class-validator.
 *
 * @param message Key in the locale files.
 * @param places Values for the placeholders of the message.
 */
export function rule(
  message: string,
  holds: (value: unknown) => boolean,
  places: Readonly<Record<string, number>> = {},
): PropertyDecorator {
  return ValidateBy({ name: message, validator: { validate: holds } }, { message, context: places });
}

const plainLineRule = rule('form.characters', (value) => !isText(value) || isPlainLine(value));

/** Counts code points; class-validator's Length counts some sequences of them as one character. */
function lengthRules({ minLength, maxLength }: ProfileField): readonly PropertyDecorator[] {
  return [
    rule('form.too_short', (value) => isText(value) && lengthOf(value) >= minLength, { count: minLength }),
    rule('form.too_long', (value) => isText(value) && lengthOf(value) <= maxLength, { count: maxLength }),
  ];
}

function patternRules({ pattern, maxLength }: ProfileField): readonly PropertyDecorator[] {
  if (!pattern) return [];
  const isMatch = (text: string): boolean => lengthOf(text) > maxLength || matchesInTime(pattern, text);
  return [rule('form.pattern', (value) => !isText(value) || isMatch(value))];
}

/** @param placeOf Returns the limit as the message needs it. */
function limitRules(
  { min, max }: ProfileField,
  message: string,
  placeOf: (limit: number | string) => number,
): readonly PropertyDecorator[] {
  return [
    ...(min === undefined ? [] : [rule(`${message}_min`, (value) => isOrdered(min, value), { min: placeOf(min) })]),
    ...(max === undefined ? [] : [rule(`${message}_max`, (value) => isOrdered(value, max), { max: placeOf(max) })]),
  ];
}

/** Returns whether two numbers, or two dates as texts, are in order. */
export function isOrdered(lower: unknown, upper: unknown): boolean {
  if (typeof lower === 'number' && typeof upper === 'number') return lower <= upper;
  return isText(lower) && isText(upper) && lower <= upper;
}

function knownLine(known: unknown, maxLength: number): string | null {
  return isText(known) && lengthOf(known) <= maxLength && isPlainLine(known) ? cleaned(known) : null;
}

/** Returns the E.164 form `+4930123456` for `+49 (0)30 1234-56`. */
function phoneNumber(text: string): string {
  return asciiDigits(text)
    .replace('(0)', '')
    .replaceAll(/[\s().\-\u2010-\u2015/\p{Cf}]/gu, '');
}

function numberOf(text: string): number | string | null {
  if (text === '') return null;
  return NUMBER.test(text) ? Number(text) + 0 : text; // + 0 turns -0, which JSON lacks, into 0
}

function isChoice(value: unknown, choices: readonly ProfileChoice[]): boolean {
  return choices.some((choice) => choice.value === value);
}

/** Returns whether the value is an existing day in the form of HTML's date fields (ISO 8601, four digits of the year). */
function isDate(value: unknown): value is string {
  return isText(value) && DATE.test(value) && isISO8601(value, { strict: true });
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
