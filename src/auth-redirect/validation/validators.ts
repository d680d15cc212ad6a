import { ValidateBy, type ValidationArguments } from 'class-validator';
import type { JsonObject } from '../json.js';
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
  findTextProblem,
} from './problems.js';

/** Decorators for options and environment variables, so that both have the same messages. */
export const IsIssuer = (): PropertyDecorator => validateWith('isIssuer', findIssuerProblem);
export const IsSessionSecret = (): PropertyDecorator => validateWith('isSessionSecret', findSecretProblem);
export const IsContinueUrl = (): PropertyDecorator => validateWith('isContinueUrl', findContinueUrlProblem);
export const IsContinueTokenLifetime = (): PropertyDecorator =>
  validateWith('isContinueTokenLifetime', findLifetimeProblem);
export const IsText = (): PropertyDecorator => validateWith('isText', findTextProblem);
export const IsLink = (): PropertyDecorator => validateWith('isLink', findLinkProblem);
export const IsPublicUrl = (): PropertyDecorator => validateWith('isPublicUrl', findPublicUrlProblem);
export const IsSupportLink = (): PropertyDecorator => validateWith('isSupportLink', findSupportLinkProblem);
export const IsLogo = (): PropertyDecorator => validateWith('isLogo', findLogoProblem);
export const IsAccentColor = (): PropertyDecorator => validateWith('isAccentColor', findAccentColorProblem);
export const IsDarkAccentColor = (): PropertyDecorator => validateWith('isDarkAccentColor', findDarkAccentColorProblem);

/**
 * Adapts a validation function to class-validator. The only adapter between the two.
 *
 * @param findProblem Returns what is wrong with the value, given all properties of the object; undefined if it is valid.
 */
export function validateWith(
  name: string,
  findProblem: (value: unknown, properties: JsonObject) => string | undefined,
): PropertyDecorator {
  const problemOf = (given?: ValidationArguments): string | undefined =>
    findProblem(given?.value, { ...given?.object });
  return ValidateBy({
    name,
    validator: {
      validate: (_value, given) => problemOf(given) === undefined,
      defaultMessage: (given) => problemOf(given) ?? '',
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
