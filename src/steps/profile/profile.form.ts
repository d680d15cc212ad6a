import type { Type } from '@nestjs/common';
import { Transform } from 'class-transformer';
import {
  Equals,
  IsEmail,
  IsIn,
  IsNotEmpty,
  IsNumber,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
  ValidateBy,
} from 'class-validator';
import { findCharactersProblem, lengthOf } from './characters.js';
import { isDate } from './option-problems.js';
import { matchesInTime } from './pattern.js';
import type { ProfileField } from './profile-field.js';
import { readValue } from './read-value.js';

/** What a field gives: null where it was left empty, a boolean for a checkbox. */
export type ProfileValue = string | number | boolean | null;

/** The form of the profile, by field name; it has the fields of the configuration alone. */
export type ProfileForm = { readonly [field: string]: ProfileValue | undefined };

/** `+`, a country code that does not begin with 0, and up to 15 digits together (E.164). */
const PHONE_NUMBER = /^\+[1-9]\d{6,14}$/;

/** @returns A class of its own, so that two profiles in one application do not share their rules. */
export function profileForm(fields: readonly ProfileField[]): Type<ProfileForm> {
  class ConfiguredProfileForm {
    readonly [field: string]: ProfileValue | undefined;
  }
  for (const field of fields) {
    const read = Transform(({ value }) => readValue(field, value));
    for (const decorate of [read, ...rulesOf(field)]) decorate(ConfiguredProfileForm.prototype, field.name);
  }
  return ConfiguredProfileForm;
}

/** The first that does not hold gives the message. */
function rulesOf(field: ProfileField): readonly PropertyDecorator[] {
  return [...presenceOf(field), ...rulesOfType(field)];
}

function presenceOf({ type, required }: ProfileField): readonly PropertyDecorator[] {
  if (!required) return [IsOptional()];
  return type === 'checkbox' || type === 'select' ? [] : [IsNotEmpty({ message: 'form.required' })];
}

function rulesOfType(field: ProfileField): readonly PropertyDecorator[] {
  switch (field.type) {
    case 'text':
      return [IsString({ message: 'form.pattern' }), hasPlainCharacters, ...lengthRules(field), ...patternRules(field)];
    case 'email':
      return [IsEmail({}, { message: 'form.email' }), hasPlainCharacters];
    case 'tel':
      return [Matches(PHONE_NUMBER, { message: 'form.tel' }), ...patternRules(field)];
    case 'date':
      return [rule('isDate', isDate, 'form.date'), ...dateLimits(field)];
    case 'select':
      return [
        IsIn(
          field.choices.map(({ value }) => value),
          { message: 'form.choose' },
        ),
      ];
    case 'checkbox':
      return [Equals(true, { message: 'form.tick' })];
    case 'number':
      return [IsNumber({}, { message: 'form.number' }), ...numberLimits(field)];
    default:
      return unknownType(field.type);
  }
}

const hasPlainCharacters = rule(
  'hasPlainCharacters',
  (value) => typeof value !== 'string' || findCharactersProblem(value) === undefined,
  'form.characters',
);

/** By code points; class-validator's Length takes some sequences of them for one character. */
function lengthRules({ minLength, maxLength }: ProfileField): readonly PropertyDecorator[] {
  const isAtLeast = (value: unknown): boolean => typeof value === 'string' && lengthOf(value) >= minLength;
  const isAtMost = (value: unknown): boolean => typeof value === 'string' && lengthOf(value) <= maxLength;
  return [
    rule('isLongEnough', isAtLeast, 'form.too_short', { count: minLength }),
    rule('isShortEnough', isAtMost, 'form.too_long', { count: maxLength }),
  ];
}

function patternRules({ pattern, maxLength }: ProfileField): readonly PropertyDecorator[] {
  if (!pattern) return [];
  const matches = (value: unknown): boolean =>
    typeof value !== 'string' || lengthOf(value) > maxLength || matchesInTime(pattern, value);
  return [rule('matchesPattern', matches, 'form.pattern')];
}

function dateLimits({ min, max }: ProfileField): readonly PropertyDecorator[] {
  const isFrom = (value: unknown): boolean => typeof value === 'string' && value >= String(min);
  const isUntil = (value: unknown): boolean => typeof value === 'string' && value <= String(max);
  return [
    ...(min === null ? [] : [rule('isFrom', isFrom, 'form.date_min', { min: Date.parse(String(min)) })]),
    ...(max === null ? [] : [rule('isUntil', isUntil, 'form.date_max', { max: Date.parse(String(max)) })]),
  ];
}

function numberLimits({ min, max }: ProfileField): readonly PropertyDecorator[] {
  return [
    ...(min === null ? [] : [Min(Number(min), { message: 'form.number_min', context: { min } })]),
    ...(max === null ? [] : [Max(Number(max), { message: 'form.number_max', context: { max } })]),
  ];
}

/** @param places What stands in the places of the message. */
function rule(
  name: string,
  holds: (value: unknown) => boolean,
  message: string,
  places: Readonly<Record<string, number>> = {},
): PropertyDecorator {
  return ValidateBy({ name, validator: { validate: holds } }, { message, context: places });
}

function unknownType(type: never): never {
  throw new TypeError(`there is no field of type ${String(type)}`);
}
