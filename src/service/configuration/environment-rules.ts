import { Transform } from 'class-transformer';
import { ValidateIf } from 'class-validator';
import { validateWith } from '../../auth-redirect/validation/validators.js';

/** A number where the text is a plain decimal; anything else stays what it is, and is refused. */
export function ToNumber(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value,
  );
}

/** A boolean where the text is one; anything else stays what it is, and is refused. */
export function ToBoolean(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value));
}

export function IsWholeNumber(min: number, max: number, unit: string): PropertyDecorator {
  const isIn = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
  return validateWith('isWholeNumber', (value) =>
    isIn(value) ? undefined : `is not a whole number from ${min} to ${max} (${unit})`,
  );
}

/** Not asked for where one of the others is set. */
export function Unless(...others: readonly string[]): PropertyDecorator {
  return ValidateIf(
    (environment: object, value) =>
      value !== undefined || others.every((name) => Reflect.get(environment, name) === undefined),
  );
}
