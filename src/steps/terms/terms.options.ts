import { IsBoolean } from 'class-validator';
import { isJsonObject, type JsonObject } from '../../auth-redirect/json.js';
import type { LocalizedText } from '../../auth-redirect/locales/localized-text.js';
import {
  findLinkProblem,
  findStepIdProblem,
  findTextProblem,
  notList,
} from '../../auth-redirect/validation/problems.js';
import { optionProblems } from '../../auth-redirect/validation/validate.js';
import { IfSet, IsLocalizedText, localizedText, validateWith } from '../../auth-redirect/validation/validators.js';

/**
 * Identifies the {@link TermsOptions} for injection.
 *
 * @publicApi
 */
export const TERMS_OPTIONS = Symbol.for('nestjs-auth-redirect:terms-options');

const DOCUMENTS_MAX = 10;

/** Limits in characters (UTF-16 code units). */
const TITLE_MAX = 200;
const TEXT_MAX = 100_000;
const VERSION_MAX = 64;

/**
 * Describes one of several documents.
 *
 * @publicApi
 */
export class TermsDocumentOptions {
  /** Name in the data: a-z, 0-9 and `-`, starting with a letter, up to 40 characters. */
  @validateWith('isId', findStepIdProblem)
  id!: string;

  /** Name of the document, or text of the checkbox if it is optional, up to 200 characters. */
  @IsLocalizedText(findTitleProblem)
  title!: LocalizedText;

  /** Version, up to 64 characters. */
  @validateWith('isVersion', findVersionProblem)
  version!: string;

  /** The document as plain text, up to 100,000 characters. Default: none; `url` links to it. */
  @IfSet(localizedText(findLongTextProblem))
  text?: LocalizedText;

  /** Address of the document: https, except on localhost. Default: none; `text` is the whole document. */
  @IfSet(localizedText(findLinkProblem))
  url?: LocalizedText;

  /** Whether the user must accept the document. Default: true. */
  @IsBoolean({ message: 'is neither true nor false' })
  required?: boolean = true;
}

/**
 * Configures {@link TermsStep}: one or more documents that the user has to accept. Texts can differ by language.
 *
 * @publicApi
 */
export class TermsOptions {
  /** Id of the step: a-z, 0-9 and -, up to 40 characters. Default: `terms`. */
  @IfSet(findStepIdProblem)
  id?: string;

  /** Title of the page, and name of a single document, up to 200 characters. */
  @IsLocalizedText(findTitleProblem)
  title!: LocalizedText;

  /** Version, up to 64 characters. The Action can request the step again for a new version. Default: none; required without `documents`. */
  @validateWith('isVersion', (value, options) => ifAlone(value, options, findVersionProblem))
  version?: string;

  /**
   * The document as plain text, up to 100,000 characters. With `documents`, an introduction to them. Default: none; `url` links to the
   * document.
   */
  @IfSet(localizedText(findLongTextProblem))
  text?: LocalizedText;

  /** Address of the document: https, except on localhost. Default: none; `text` is the whole document. Not with `documents`. */
  @IfSet((value, options) => ifAlone(value, options, localizedText(findLinkProblem)))
  url?: LocalizedText;

  /** Documents in page order, 1 to 10. At least one must be required. Default: one, from the options above. */
  @IfSet(findDocumentsProblem)
  documents?: readonly TermsDocumentOptions[];
}

/** Validates an option that belongs to a single document. */
function ifAlone(
  value: unknown,
  { documents }: JsonObject,
  findProblem: (value: unknown) => string | undefined,
): string | undefined {
  if (documents === undefined) return findProblem(value);
  return value === undefined ? undefined : 'is for a single document: move it into documents';
}

function findDocumentsProblem(documents: unknown): string | undefined {
  if (!Array.isArray(documents)) return notList(documents, 'documents');
  const list: readonly unknown[] = documents;
  if (list.length === 0 || list.length > DOCUMENTS_MAX) return `has ${list.length} entries, not 1 to ${DOCUMENTS_MAX}`;
  const [problem] = list.flatMap(problemsOfEntry);
  if (problem !== undefined) return problem;
  return list.every((entry) => isJsonObject(entry) && entry.required === false)
    ? 'has no required document: make one required, or use a checkbox of the step profile'
    : undefined;
}

function problemsOfEntry(entry: unknown, index: number, all: readonly unknown[]): string[] {
  const place = `entry ${index + 1}`;
  if (!isJsonObject(entry)) return [`${place} is not a section of options`];
  const isRepeated = all.slice(0, index).some((other) => isJsonObject(other) && other.id === entry.id);
  const problems = [...optionProblems(TermsDocumentOptions, entry), ...(isRepeated ? ['id is already in use'] : [])];
  return problems.map((problem) => `${place}: ${problem}`);
}

function findVersionProblem(value: unknown): string | undefined {
  return findTextProblem(value) ?? findLengthProblem(String(value), VERSION_MAX);
}

function findTitleProblem(text: string): string | undefined {
  return text.trim() === '' ? 'is empty' : findLengthProblem(text, TITLE_MAX);
}

function findLongTextProblem(text: string): string | undefined {
  return text === '' ? 'is empty' : findLengthProblem(text, TEXT_MAX);
}

function findLengthProblem(text: string, max: number): string | undefined {
  return text.length > max ? `has ${text.length} characters, more than ${max}` : undefined;
}
