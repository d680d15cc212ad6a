import { validateSync, type ValidationError } from 'class-validator';

/** Whether a property that the class does not declare is a mistake. */
type Unknown = 'unknown properties allowed' | 'unknown properties refused';

/**
 * Returns one line for each invalid property: its path, what is wrong, what is right. Never its value.
 *
 * @param candidate An instance of a class with class-validator's decorators, nested objects included.
 */
export function problemsOf(candidate: object, unknown: Unknown = 'unknown properties allowed'): string[] {
  const errors = validateSync(candidate, {
    validationError: { target: false, value: false },
    ...(unknown === 'unknown properties refused' && { whitelist: true, forbidNonWhitelisted: true }),
  });
  return errors.flatMap((error) => linesOf(error, ''));
}

function linesOf({ property, constraints = {}, children = [] }: ValidationError, parent: string): string[] {
  const path = /^\d+$/.test(property) ? `${parent}[${property}]` : `${parent === '' ? '' : `${parent}.`}${property}`;
  if (constraints.whitelistValidation !== undefined) return [`${path} is no option that there is`];
  const own = Object.values(constraints)
    .slice(0, 1)
    .map((problem) => `${path} ${problem}`);
  return [...own, ...children.flatMap((child) => linesOf(child, path))];
}
