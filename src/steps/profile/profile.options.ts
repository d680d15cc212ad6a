import { IsBoolean, IsIn, IsOptional, ValidateBy } from 'class-validator';
import { type LocalizedText } from '../../auth-redirect/locales/localized-text.js';
import { IsLocalizedText } from '../../auth-redirect/validation/validators.js';
import { validateWith } from '../../auth-redirect/validation/validators.js';
import { findAutocompleteProblem } from './autofill.js';
import { findChoicesProblem, type ProfileChoices } from './choice.js';
import {
  findFieldsProblem,
  findLengthProblem,
  findLimitProblem,
  findNameProblem,
  findOrderProblem,
} from './option-problems.js';
import { findPatternProblem } from './pattern.js';

/** Injection token of the {@link ProfileOptions}. */
export const PROFILE_OPTIONS = Symbol.for('nestjs-auth-redirect:profile-options');

/** Most characters of a text, where the configuration does not say. */
export const TEXT_MAX_LENGTH = 200;
/** Most characters of a phone number, written as short as it can be: `+` and 15 digits (E.164). */
export const TEL_MAX_LENGTH = 16;

const FIELD_TYPES = ['text', 'email', 'tel', 'date', 'select', 'checkbox', 'number'] as const;

/**
 * What a field asks for.
 *
 * @publicApi
 */
export type ProfileFieldType = (typeof FIELD_TYPES)[number];

/**
 * A field of the profile.
 *
 * @publicApi
 */
export class ProfileFieldOptions {
  /** Its name in the data and in the `profile` claim: a-z, 0-9 and `_`, a letter first, up to 40 characters. */
  @validateWith('isName', findNameProblem)
  name!: string;

  /** `text`, `email`, `tel`, `date`, `select`, `checkbox` or `number`. */
  @IsIn(FIELD_TYPES, { message: `is none of ${FIELD_TYPES.join(', ')}` })
  type!: ProfileFieldType;

  /** What it is called on the page. */
  @IsLocalizedText()
  label!: LocalizedText;

  /** What helps to fill it in, below the label. Default: none. */
  @IsOptional()
  @IsLocalizedText()
  hint?: LocalizedText;

  /** Whether it has to be filled in, or ticked. Default: false; the Action gets null for what is left empty. */
  @IsOptional()
  @IsBoolean({ message: 'is neither true nor false' })
  required?: boolean;

  /** `text` only: fewest characters (Unicode code points) of what is filled in. Default: 1. */
  @ForTypes(
    ['text'],
    (value, { maxLength }) =>
      findLengthProblem(value) ?? findOrderProblem(value, maxLength ?? TEXT_MAX_LENGTH, 'maxLength'),
  )
  minLength?: number;

  /** `text` only: most characters (Unicode code points), up to 1000. Default: 200. */
  @ForTypes(['text'], findLengthProblem)
  maxLength?: number;

  /**
   * `text` and `tel`: a regular expression (ECMAScript, flag `u`) that the whole value has to match, as in HTML; a phone number
   * in the form that the Action gets. One that takes too long for some texts is refused. Default: none.
   */
  @ForTypes(['text', 'tel'], (value, field) => findPatternProblem(value, longestOf(field)))
  pattern?: string;

  /** `number` and `date`: the least, a number or a date like `1990-12-31`. Default: none. */
  @ForTypes(
    ['number', 'date'],
    (value, { type, max }) => findLimitProblem(value, type) ?? findOrderProblem(value, max, 'max'),
  )
  min?: number | string;

  /** `number` and `date`: the most, likewise. Default: none. */
  @ForTypes(['number', 'date'], (value, { type }) => findLimitProblem(value, type))
  max?: number | string;

  /**
   * `select` only: what there is to choose from, 1 to 300. Values, which are then shown as they are, values with their labels,
   * or a map of labels by value; use a list where the values are digits, as a map brings those into their own order.
   */
  @ForTypes(['select'], findChoicesProblem, 'is missing: a select has a list of them')
  options?: ProfileChoices;

  /**
   * What the browser fills in: an autofill field name of the HTML standard, like `family-name` or `work email`; not for a
   * checkbox. Default: `email` for type `email`, `tel` for type `tel`, otherwise nothing is said.
   */
  @ForTypes(['text', 'email', 'tel', 'date', 'select', 'number'], (value, { type }) =>
    findAutocompleteProblem(value, type),
  )
  autocomplete?: string;
}

/**
 * What the profile asks for. Each text is the same for everybody, or given by language.
 *
 * @publicApi
 */
export class ProfileOptions {
  /** Title of the page. Default: “Your details”, in the language of the login. */
  @IsOptional()
  @IsLocalizedText()
  title?: LocalizedText;

  /** What stands above the fields. Default: that a few details are needed, in the language of the login. */
  @IsOptional()
  @IsLocalizedText()
  text?: LocalizedText;

  /** The fields in their order, 1 to 20. */
  @validateWith('isFields', findFieldsProblem)
  fields!: readonly ProfileFieldOptions[];
}

/**
 * An option that fields of these types have.
 *
 * @param missing What is said where such a field lacks it. Default: nothing, it is optional.
 */
function ForTypes(
  types: readonly ProfileFieldType[],
  findProblem: (value: unknown, field: ProfileFieldOptions) => string | undefined,
  missing?: string,
): PropertyDecorator {
  const find = (value: unknown, field: object | undefined): string | undefined => {
    if (!(field instanceof ProfileFieldOptions) || !FIELD_TYPES.includes(field.type)) return undefined;
    const isFor = types.includes(field.type);
    if (value === undefined || value === null) return isFor ? missing : undefined;
    return isFor ? findProblem(value, field) : `is not for a field of type ${field.type}, only for ${types.join(', ')}`;
  };
  return ValidateBy({
    name: 'forTypes',
    validator: {
      validate: (value, given) => find(value, given?.object) === undefined,
      defaultMessage: (given) => find(given?.value, given?.object) ?? '',
    },
  });
}

/** Most characters of what a pattern is tried with. */
function longestOf({ type, maxLength }: ProfileFieldOptions): number {
  if (type === 'tel') return TEL_MAX_LENGTH;
  return maxLength !== undefined && findLengthProblem(maxLength) === undefined ? maxLength : TEXT_MAX_LENGTH;
}
