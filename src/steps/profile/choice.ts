import { type LocalizedText } from '../../auth-redirect/locales/localized-text.js';
import { IsLocalizedText } from '../../auth-redirect/validation/validators.js';
import { problemsOf } from '../../auth-redirect/validation/validate.js';
import { validateWith } from '../../auth-redirect/validation/validators.js';
import { findCharactersProblem } from './characters.js';

const CHOICES_MAX = 300;
const VALUE_MAX_LENGTH = 100;

/**
 * One of the things to choose from.
 *
 * @publicApi
 */
export class ProfileChoice {
  /** What the Action gets: 1 to 100 characters. */
  @validateWith('isChoiceValue', findValueProblem)
  value!: string;

  /** What it is called on the page. */
  @IsLocalizedText()
  label!: LocalizedText;
}

/**
 * Values, which are shown as they are, values with their labels, or a map of labels by value.
 *
 * @publicApi
 */
export type ProfileChoices = readonly (string | ProfileChoice)[] | Readonly<Record<string, LocalizedText>>;

/** The choices, in whichever of the three ways they are written. */
export function choicesOf(options: ProfileChoices): readonly ProfileChoice[] {
  if (!isList(options)) return Object.entries(options).map(([value, label]) => ({ value, label }));
  return options.map((option) => (typeof option === 'string' ? { value: option, label: option } : option));
}

/** What is wrong with the `options` of a select. */
export function findChoicesProblem(options: unknown): string | undefined {
  if (typeof options !== 'object' || options === null) return 'is neither a list nor a map of labels by value';
  const entries: readonly unknown[] = isList(options) ? options : choicesOf({ ...options });
  if (entries.length === 0 || entries.length > CHOICES_MAX)
    return `has ${entries.length} entries, not 1 to ${CHOICES_MAX}`;
  const values = new Set<unknown>();
  for (const [index, entry] of entries.entries()) {
    const choice = typeof entry === 'string' ? { value: entry, label: entry } : entry;
    const problem = findChoiceProblem(choice, values);
    if (problem !== undefined) return `entry ${index + 1} ${problem}`;
  }
  return undefined;
}

/** @param before The values of the entries before; this one's is added. */
function findChoiceProblem(choice: unknown, before: Set<unknown>): string | undefined {
  if (typeof choice !== 'object' || choice === null) return 'is neither a text (quote it) nor a value with its label';
  const unknownName = Object.keys(choice).find((name) => name !== 'value' && name !== 'label');
  if (unknownName !== undefined) return `has ${unknownName}: there are value and label`;
  const checked = Object.assign(new ProfileChoice(), choice);
  const [problem] = problemsOf(checked);
  if (problem !== undefined) return problem;
  if (before.has(checked.value)) return 'has a value that is there already';
  before.add(checked.value);
  return undefined;
}

function findValueProblem(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'is not a text: quote it';
  if (value === '' || value.length > VALUE_MAX_LENGTH) return `is not 1 to ${VALUE_MAX_LENGTH} characters long`;
  return findCharactersProblem(value);
}

function isList(value: object): value is readonly (string | ProfileChoice)[] {
  return Array.isArray(value);
}
