import { ValidateBy } from 'class-validator';
import type { ExternalOptions } from './external.options.js';

/** Options that may still be anything. */
export type GivenOptions = { readonly [Name in keyof ExternalOptions]?: unknown };

/** Says what is wrong with an option beside the others, without repeating a value; undefined where nothing is. */
export type FindProblemAmong = (value: unknown, options: GivenOptions) => string | undefined;

/** @param findProblem Says what is wrong with the value of the property, beside the other options. */
export function validateAmong(name: string, findProblem: FindProblemAmong): PropertyDecorator {
  return ValidateBy({
    name,
    validator: {
      validate: (value, given) => findProblem(value, given?.object ?? {}) === undefined,
      defaultMessage: (given) => findProblem(given?.value, given?.object ?? {}) ?? '',
    },
  });
}
