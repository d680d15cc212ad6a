// Import this file before the options classes are declared: it records the types of their members.
import 'reflect-metadata';
import { ValidateBy, type ValidationArguments } from 'class-validator';
import type { JsonObject } from '../json.js';
import { LANGUAGE_TAG } from '../locales/locales.js';
import type { FindProblem } from './problems.js';

/** @param findProblem Returns the problem, given all properties of the object; undefined if valid. */
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

/** Validates an option unless it is undefined or null. */
export function IfSet(findProblem: Parameters<typeof validateWith>[1]): PropertyDecorator {
  return validateWith('ifSet', (value, options) =>
    value === undefined || value === null ? undefined : findProblem(value, options),
  );
}

/**
 * Validates a {@link LocalizedText}.
 *
 * @param findProblem Validates each text. Default: not empty.
 */
export function IsLocalizedText(findProblem?: (text: string) => string | undefined): PropertyDecorator {
  return validateWith('isLocalizedText', localizedText(findProblem));
}

export function localizedText(
  findProblem = (text: string): string | undefined => (text === '' ? 'is empty' : undefined),
): FindProblem {
  return (value) => {
    if (typeof value === 'string') return findProblem(value);
    if (typeof value === 'number' || typeof value === 'boolean') return 'is not a text (quote it)';
    if (typeof value !== 'object' || value === null || Array.isArray(value) || Object.keys(value).length === 0) {
      return 'is neither a text nor texts by language, like { en: Terms, de: Bedingungen }';
    }
    const tag = Object.keys(value).find((language) => !LANGUAGE_TAG.test(language));
    if (tag !== undefined) return `${tag} is not a language, like en or en-US`;
    const wrong = Object.entries(value).find(([, text]) => typeof text !== 'string' || findProblem(text) !== undefined);
    return wrong && `${wrong[0]} ${typeof wrong[1] === 'string' ? findProblem(wrong[1]) : 'is not a text (quote it)'}`;
  };
}
