import { findLinkProblem, type FindProblem } from '../../auth-redirect/validation/problems.js';
import { DEFAULTS } from './defaults.js';
import type { FindProblemAmong, GivenOptions } from './validate-among.js';

/** Longest difference between the vendor's clock and ours that may be configured, in seconds. */
export const CLOCK_TOLERANCE_MAX_SECONDS = 30;

const LIST_MAX = 20;
const NAME_MAX_LENGTH = 128;
const PARAMETER = /^[A-Za-z][\w.~-]{0,63}$/;
/** The step's own, beside the claims. */
const OWN_DATA = 'verifiedAt';
/** Claims that have a meaning of their own, so that no handle fits in. */
const REGISTERED_CLAIMS = ['iss', 'aud', 'exp', 'nbf', 'iat'];
/** What the return address has already. */
const OWN_PARAMETER = 'login';

export const findTextProblem: FindProblem = (value) =>
  typeof value === 'string' && value !== '' ? undefined : 'is missing, or no text';

/** Where users are sent. */
export const findUrlProblem: FindProblemAmong = (value, options) => {
  if (typeof value !== 'string' || findLinkProblem(value) !== undefined) return findLinkProblem(value);
  if (value.includes('#')) return 'has a fragment: parameters are added to it, so leave it out';
  const { searchParams } = new URL(value);
  const taken = [nameOf('handleParameter', options), nameOf('returnToParameter', options)].find((name) =>
    searchParams.has(name),
  );
  return taken && `has the parameter ${taken} already`;
};

/** Which claims the Action gets. */
export const findClaimsProblem: FindProblem = (value) => {
  if (!Array.isArray(value) || value.length === 0 || value.length > LIST_MAX || !value.every(isName)) {
    return `is no list of 1 to ${LIST_MAX} names of claims`;
  }
  if (new Set(value).size < value.length) return 'has a name twice';
  return value.includes(OWN_DATA) ? `has ${OWN_DATA}, which the step adds itself` : undefined;
};

/** What the vendor has to say for the login to go on. */
export const findAcceptedProblem: FindProblem = (value) => {
  if (!isRecord(value)) return 'is not like { claim: status, values: [approved] }';
  const { claim, values, ...rest } = value;
  const [other] = Object.keys(rest);
  if (other !== undefined) return `has ${other}, which is no option: claim and values are`;
  if (!isName(claim)) return 'has no name of a claim as claim';
  return Array.isArray(values) && values.length > 0 && values.length <= LIST_MAX && values.every(isScalar)
    ? undefined
    : `has no list of 1 to ${LIST_MAX} texts, numbers, true or false as values`;
};

/** Where in the vendor's token the handle comes back. */
export const findHandleClaimProblem: FindProblem = (value) => {
  if (!isName(value)) return 'is no name of a claim';
  return REGISTERED_CLAIMS.includes(value) ? `is ${value}, which has a meaning of its own` : undefined;
};

export const findClockToleranceProblem: FindProblem = (value) =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= CLOCK_TOLERANCE_MAX_SECONDS
    ? undefined
    : `is not a whole number of seconds from 0 to ${CLOCK_TOLERANCE_MAX_SECONDS}`;

/** A parameter of the way there. */
export const findHandleParameterProblem: FindProblemAmong = (value, options) =>
  parameterProblem(value) ?? sameProblem(value, 'returnToParameter', options);

/** A parameter of the way there. */
export const findReturnToParameterProblem: FindProblem = parameterProblem;

/** A parameter of the way back. */
export const findTokenParameterProblem: FindProblemAmong = (value, options) =>
  parameterProblem(value) ?? ownProblem(value) ?? sameProblem(value, 'errorParameter', options);

/** A parameter of the way back. */
export const findErrorParameterProblem: FindProblem = (value) => parameterProblem(value) ?? ownProblem(value);

/** Names that are no option: a slip of the pen, which would otherwise mean a default. */
export function findUnknownNamesProblem(options: object, known: readonly string[]): string | undefined {
  const unknown = Object.keys(options).filter((name) => !known.includes(name));
  return unknown.length === 0 ? undefined : `does not know ${unknown.join(', ')}`;
}

function parameterProblem(value: unknown): string | undefined {
  return typeof value === 'string' && PARAMETER.test(value)
    ? undefined
    : 'is no name of a parameter: a letter, then letters, digits, _, -, . and ~';
}

function ownProblem(value: unknown): string | undefined {
  return value === OWN_PARAMETER ? `is ${OWN_PARAMETER}, which the return address has already` : undefined;
}

function sameProblem(value: unknown, name: keyof typeof DEFAULTS, options: GivenOptions): string | undefined {
  return value === nameOf(name, options) ? `is the same as ${name}` : undefined;
}

function nameOf(name: keyof typeof DEFAULTS, options: GivenOptions): string {
  const given = options[name];
  return typeof given === 'string' ? given : String(DEFAULTS[name]);
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value !== '__proto__' && value.length <= NAME_MAX_LENGTH;
}

function isScalar(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
