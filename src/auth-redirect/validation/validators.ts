import { ValidateBy } from 'class-validator';
import {
  findAccentColorProblem,
  findContinueUrlProblem,
  findDarkAccentColorProblem,
  findIssuerProblem,
  findLifetimeProblem,
  findLinkProblem,
  findLogoProblem,
  findPublicUrlProblem,
  findSecretProblem,
  findSupportLinkProblem,
  type FindProblem,
} from './problems.js';

/** Decorators for options and environment variables, so that both have the same messages. */
export const IsIssuer = (): PropertyDecorator => validateWith('isIssuer', findIssuerProblem);
export const IsSessionSecret = (): PropertyDecorator => validateWith('isSessionSecret', findSecretProblem);
export const IsContinueUrl = (): PropertyDecorator => validateWith('isContinueUrl', findContinueUrlProblem);
export const IsContinueTokenLifetime = (): PropertyDecorator =>
  validateWith('isContinueTokenLifetime', findLifetimeProblem);
export const IsLink = (): PropertyDecorator => validateWith('isLink', findLinkProblem);
export const IsPublicUrl = (): PropertyDecorator => validateWith('isPublicUrl', findPublicUrlProblem);
export const IsSupportLink = (): PropertyDecorator => validateWith('isSupportLink', findSupportLinkProblem);
export const IsLogo = (): PropertyDecorator => validateWith('isLogo', findLogoProblem);
export const IsAccentColor = (): PropertyDecorator => validateWith('isAccentColor', findAccentColorProblem);
export const IsDarkAccentColor = (): PropertyDecorator => validateWith('isDarkAccentColor', findDarkAccentColorProblem);

/**
 * Makes a class-validator decorator of a validation function. The only adapter between the two.
 *
 * @param findProblem Returns what is wrong with the value, or undefined.
 */
export function validateWith(name: string, findProblem: FindProblem): PropertyDecorator {
  return ValidateBy({
    name,
    validator: {
      validate: (value, given) => findProblem(value, given?.object) === undefined,
      defaultMessage: (given) => findProblem(given?.value, given?.object) ?? '',
    },
  });
}

/**
 * Validates a {@link LocalizedText}.
 *
 * @param findProblem Validates the text of each language. Default: it must not be empty.
 */
export function IsLocalizedText(
  findProblem = (text: string): string | undefined => (text === '' ? 'is empty' : undefined),
): PropertyDecorator {
  return validateWith('isLocalizedText', (value) => {
    if (typeof value === 'string') return findProblem(value);
    if (typeof value !== 'object' || value === null || Array.isArray(value) || Object.keys(value).length === 0) {
      return 'is neither a text nor texts by language, like { en: Terms, de: Bedingungen }';
    }
    const wrong = Object.entries(value).find(([, text]) => typeof text !== 'string' || findProblem(text) !== undefined);
    return wrong && `${wrong[0]} ${typeof wrong[1] === 'string' ? findProblem(wrong[1]) : 'is not a text'}`;
  });
}
