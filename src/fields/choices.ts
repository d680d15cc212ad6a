import type { LocalizedText } from '../auth-redirect/locales/localized-text.js';
import { optionProblems } from '../auth-redirect/validation/validate.js';
import { IsLocalizedText, validateWith } from '../auth-redirect/validation/validators.js';
import { isBlank, isPlainLine } from './text.js';

const CHOICES_MAX = 300;
const VALUE_MAX_LENGTH = 100;

/**
 * Configures one choice of a `select`, `radio` or `checkboxes` field.
 *
 * @publicApi
 */
export class FieldChoice {
  /** Value for the Action: 1 to 100 characters. */
  @validateWith('isChoiceValue', findValueProblem)
  value!: string;

  /** Text of the choice on the page. */
  @IsLocalizedText()
  label!: LocalizedText;
}

/**
 * Lists the choices of a field: values that are also labels, values with labels, or a map of labels by value.
 *
 * @publicApi
 */
export type FieldChoices = readonly (string | FieldChoice)[] | Readonly<Record<string, LocalizedText>>;

export function choicesOf(options: FieldChoices): readonly FieldChoice[] {
  if (!isList(options)) return Object.entries(options).map(([value, label]) => ({ value, label }));
  return options.map((option) => (typeof option === 'string' ? { value: option, label: option } : option));
}

export function findChoicesProblem(options: unknown): string | undefined {
  if (typeof options !== 'object' || options === null)
    return `${typeof options === 'string' ? 'is a text, ' : 'is '}neither a list nor a map of labels by value`;
  const choices: readonly unknown[] = choicesOf(isList(options) ? options : { ...options });
  const count = choices.length;
  if (count === 0 || count > CHOICES_MAX) return `has ${count} entries, not 1 to ${CHOICES_MAX}`;
  const values = new Set<unknown>();
  for (const [index, choice] of choices.entries()) {
    const problem = findChoiceProblem(choice, values);
    if (problem !== undefined) return `entry ${index + 1} ${problem}`;
  }
  return undefined;
}

/** @param values Values of earlier entries; this entry's value is added. */
function findChoiceProblem(choice: unknown, values: Set<unknown>): string | undefined {
  if (typeof choice !== 'object' || choice === null) return 'is neither a text (quote it) nor a value with its label';
  const [problem] = optionProblems(FieldChoice, choice);
  if (problem !== undefined) return problem;
  const { value }: Partial<FieldChoice> = choice;
  if (values.has(value)) return 'repeats a value';
  values.add(value);
  return undefined;
}

function findValueProblem(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'is not a text: quote it';
  if (value === '' || value.length > VALUE_MAX_LENGTH) return `is not 1 to ${VALUE_MAX_LENGTH} characters long`;
  if (isBlank(value)) return 'has only spaces';
  return isPlainLine(value) ? undefined : 'contains control characters or line breaks';
}

function isList(value: object): value is readonly (string | FieldChoice)[] {
  return Array.isArray(value);
}

export function isChoices(options: unknown): options is FieldChoices {
  return findChoicesProblem(options) === undefined;
}
