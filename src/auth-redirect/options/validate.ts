import { validateSync } from 'class-validator';

/** One line for each property that is wrong: its name, what is wrong, what is right. Never its value. */
export function problemsOf(candidate: object): string[] {
  return validateSync(candidate, { validationError: { target: false, value: false } }).flatMap(
    ({ property, constraints = {} }) =>
      Object.values(constraints)
        .slice(0, 1)
        .map((problem) => `${property} ${problem}`),
  );
}
