import { IsBoolean, IsIn } from 'class-validator';
import { isJsonObject, type JsonObject } from '../../auth-redirect/json.js';
import type { LocalizedText } from '../../auth-redirect/locales/localized-text.js';
import { findStepIdProblem } from '../../auth-redirect/validation/problems.js';
import { optionProblems } from '../../auth-redirect/validation/validate.js';
import { IfSet, localizedText, validateWith } from '../../auth-redirect/validation/validators.js';
import { findPathProblem } from './member-path.js';
import { ListSourceOptions } from './list-source.options.js';

/**
 * Identifies the {@link ChooseOptions} for injection.
 *
 * @publicApi
 */
export const CHOOSE_OPTIONS = Symbol.for('nestjs-auth-redirect:choose-options');

/** Limits in characters (UTF-16 code units). */
const TITLE_MAX = 200;
const TEXT_MAX = 1000;
const CLAIM_MAX = 128;

/** Claims of a session token that have another meaning. */
const OTHER_CLAIMS = [
  'iss',
  'sub',
  'aud',
  'iat',
  'nbf',
  'exp',
  'jti',
  'nonce',
  'steps',
  'state',
  'locale',
  'ui_locales',
];

/**
 * Names the members of a list's entries. Each value is a name, or names separated by dots: `organization.name`.
 *
 * @publicApi
 */
export class EntryMembers {
  /** Member with the id for the Action: 1 to 200 characters, or a whole number. Default: `id`. */
  @validateWith('isMember', findPathProblem)
  id?: string = 'id';

  /** Member with the text on the page, 1 to 200 characters. An entry without text shows its id. Default: `label`. */
  @validateWith('isMember', findPathProblem)
  label?: string = 'label';

  /** Member with more text, up to 200 characters. Default: `description`. */
  @validateWith('isMember', findPathProblem)
  description?: string = 'description';
}

/** The type of {@link EntryMembers} with their defaults. */
export class EntrySettings extends EntryMembers {
  declare id: string;
  declare label: string;
  declare description: string;
}

/**
 * Configures {@link ChooseStep}: the source of its list, and its page. Texts can differ by language.
 *
 * @publicApi
 */
export class ChooseOptions {
  /** Id of the step: a-z, 0-9 and -, up to 40 characters. Default: `choose`. */
  @IfSet(findStepIdProblem)
  id?: string;

  /** Title of the page, up to 200 characters. Default: “Choose how to continue”, in the language of the login. */
  @IfSet(localizedText((text) => findLengthProblem(text, TITLE_MAX)))
  title?: LocalizedText;

  /** Text above the list, up to 1,000 characters. Default: none. */
  @IfSet(localizedText((text) => findLengthProblem(text, TEXT_MAX)))
  text?: LocalizedText;

  /** Label of the list, like `Organization`, up to 200 characters. Default: “Choose one”, in the language of the login. */
  @IfSet(localizedText((text) => findLengthProblem(text, TITLE_MAX)))
  label?: LocalizedText;

  /** Session token claim with the list: texts, or objects with the `members`. Default: none; use `source`. */
  @validateWith('isClaimOfList', findClaimProblem)
  claim?: string;

  /** HTTP endpoint that returns the list. Default: none; use `claim`. */
  @IfSet(findSourceProblem)
  source?: ListSourceOptions;

  /** Names of an entry's members. Default: `id`, `label` and `description`. */
  @IfSet((value) => findSectionProblem(EntryMembers, value))
  members?: EntryMembers;

  /** For an empty list: `deny` denies the login with `choose_empty`, `skip` completes the step with `null`. Default: `deny`. */
  @IsIn(['deny', 'skip'], { message: 'is neither deny nor skip' })
  empty?: 'deny' | 'skip' = 'deny';

  /** For a list of one entry: `skip` chooses it without a page, `show` shows the page. Default: `skip`. */
  @IsIn(['skip', 'show'], { message: 'is neither skip nor show' })
  single?: 'skip' | 'show' = 'skip';

  /** Whether a checkbox lets users repeat the choice in later logins without a page. The Action stores the choice. Default: false. */
  @IsBoolean({ message: 'is neither true nor false' })
  remember?: boolean = false;
}

function findClaimProblem(value: unknown, { source, id }: JsonObject): string | undefined {
  if (value === undefined) return source === undefined ? 'or source is missing: set one of them' : undefined;
  if (source !== undefined) return 'and source are both set: remove one';
  if (typeof value !== 'string' || value === '' || value.length > CLAIM_MAX) return 'is not the name of a claim';
  if (OTHER_CLAIMS.includes(value)) return `is ${value}, which has another meaning`;
  return value === (id ?? 'choose') ? 'is the id of the step: that claim has the last choice' : undefined;
}

function findSourceProblem(value: unknown): string | undefined {
  return findSectionProblem(ListSourceOptions, value);
}

function findSectionProblem(type: new () => object, value: unknown): string | undefined {
  if (!isJsonObject(value)) return 'is not a section of options';
  const [problem] = optionProblems(type, value);
  return problem && `has a problem: ${problem}`;
}

function findLengthProblem(text: string, max: number): string | undefined {
  if (text.trim() === '') return 'is empty';
  return text.length > max ? `has ${text.length} characters, more than ${max}` : undefined;
}
