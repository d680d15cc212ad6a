import type { LocalizedText } from '../../auth-redirect/locales/localized-text.js';
import { findStepIdProblem, findWholeNumberProblem } from '../../auth-redirect/validation/problems.js';
import { optionProblems } from '../../auth-redirect/validation/validate.js';
import { IfSet, localizedText } from '../../auth-redirect/validation/validators.js';
import { fieldsProblems, type FieldOptions } from '../../fields/field.options.js';

/**
 * Identifies the {@link ProfileOptions} for injection.
 *
 * @publicApi
 */
export const PROFILE_OPTIONS = Symbol.for('nestjs-auth-redirect:profile-options');

const NOT_NOW_MAX = 100;

/**
 * Configures {@link ProfileStep}: the fields of the profile. Texts can differ by language.
 *
 * @publicApi
 */
export class ProfileOptions {
  /** Id of the step: a-z, 0-9 and -, up to 40 characters. Default: `profile`. */
  @IfSet(findStepIdProblem)
  id?: string;

  /** Title of the page. Default: “Your details”, in the language of the login. */
  @IfSet(localizedText())
  title?: LocalizedText;

  /** Text above the fields. Default: a sentence in the language of the login. */
  @IfSet(localizedText())
  text?: LocalizedText;

  /** Fields in page order, 1 to 20. */
  fields!: readonly FieldOptions[];

  /** How often the user can choose “Not now”, 1 to 100. The Action stores the count. Default: never. */
  @IfSet((value) => findWholeNumberProblem(value, 1, NOT_NOW_MAX))
  notNow?: number;
}

/**
 * Returns all problems of the options of the profile, and of each field.
 *
 * @param given The configured options, of any class.
 * @returns One line for each problem, with its path: `fields[1].options is missing: the field needs a list of choices`.
 * @publicApi
 */
export function profileProblems(given: object): string[] {
  return [...optionProblems(ProfileOptions, given), ...fieldsProblems('fields' in given ? given.fields : undefined)];
}
