import { isJsonObject, type JsonObject } from '../../../auth-redirect/json.js';
import { notList } from '../../../auth-redirect/validation/problems.js';
import { validateWith } from '../../../auth-redirect/validation/validators.js';
import { findPathProblem } from './json-path.js';

const LIST_MAX = 20;
const NAME_MAX_LENGTH = 128;

/** Members of the data that the step adds. */
export const OWN_DATA: readonly string[] = ['verifiedAt', 'declined', 'alternative'];

/** A value that is compared exactly. */
type Scalar = string | number | boolean;

/**
 * Describes the paths of a result in the vendor's JSON, like `$.data.items[0]['reference-id']`.
 *
 * @publicApi
 */
export class VendorAnswerOptions {
  /** Path of the handle that the vendor received, like `$.client_reference_id`. The step rejects a result without it. */
  @validateWith('isPath', findPathProblem)
  handle!: string;

  /** Path of the status, like `$.status`. */
  @validateWith('isPath', findPathProblem)
  status!: string;

  /** Statuses of an accepted result, 1 to 20. */
  @validateWith('isListOfValues', findValuesProblem)
  accepted!: readonly Scalar[];

  /** Statuses of a declined result, 0 to 20. With any other status, the user waits. */
  @validateWith('isListOfValues', (value, { accepted }) => findDeclinedProblem(value, accepted))
  declined!: readonly Scalar[];

  /** Paths of the claims for the Action, by name: up to 20, with at most 4 KB of JSON. Default: none. */
  @validateWith('isClaims', findClaimPathsProblem)
  claims?: Readonly<Record<string, string>> = {};
}

export function isClaimName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value !== '__proto__' && value.length <= NAME_MAX_LENGTH;
}

/** Accepts a list of texts, numbers and booleans. */
export function findValuesProblem(value: unknown): string | undefined {
  const isScalar = (each: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof each);
  return Array.isArray(value) && value.length > 0 && value.length <= LIST_MAX && value.every(isScalar)
    ? undefined
    : notList(value, `1 to ${LIST_MAX} texts, numbers, true or false`);
}

function findDeclinedProblem(value: unknown, accepted: unknown): string | undefined {
  if (Array.isArray(value) && value.length === 0) return undefined;
  const problem = findValuesProblem(value)?.replace('1 to', '0 to');
  if (problem !== undefined || !Array.isArray(value) || !Array.isArray(accepted)) return problem;
  const both: unknown = value.find((each) => accepted.includes(each));
  return both === undefined ? undefined : `contains ${JSON.stringify(both)}, which is also in accepted`;
}

function findClaimPathsProblem(value: unknown): string | undefined {
  if (!isJsonObject(value) || Object.keys(value).length > LIST_MAX) {
    return `is not like { document: $.document.type }, with up to ${LIST_MAX} names`;
  }
  return Object.entries(value)
    .map(([name, path]) => findClaimPathProblem(name, path))
    .find((problem) => problem !== undefined);
}

function findClaimPathProblem(name: string, path: JsonObject[string]): string | undefined {
  if (!isClaimName(name)) return 'has a name that is not the name of a claim';
  if (OWN_DATA.includes(name)) return `contains ${name}, which the step adds`;
  const problem = findPathProblem(path);
  return problem && `has a value for ${name} that ${problem}`;
}

/** The type of {@link VendorAnswerOptions} with their defaults. */
export type VendorAnswerSettings = VendorAnswerOptions & Required<Pick<VendorAnswerOptions, 'claims'>>;
