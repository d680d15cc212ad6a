import type { JsonWebKey } from 'node:crypto';
import { IsIn } from 'class-validator';
import { isJsonObject, type JsonObject } from '../../auth-redirect/json.js';
import type { LocalizedText } from '../../auth-redirect/locales/localized-text.js';
import {
  findLinkProblem,
  findStepIdProblem,
  findTextProblem,
  findWholeNumberProblem,
  notList,
} from '../../auth-redirect/validation/problems.js';
import { IfSet, IsLocalizedText, validateWith } from '../../auth-redirect/validation/validators.js';
import { IsVendorKey, VENDOR_ALGORITHMS, type VendorAlgorithm } from './key-options.js';

/**
 * Identifies the {@link ExternalOptions} for injection.
 *
 * @publicApi
 */
export const EXTERNAL_OPTIONS = Symbol.for('nestjs-auth-redirect:external-options');

/** Limit for the vendor's clock, in seconds. */
const CLOCK_TOLERANCE_MAX_SECONDS = 30;

const LIST_MAX = 20;
const NAME_MAX_LENGTH = 128;
const PARAMETER = /^[A-Za-z][\w.~-]{0,63}$/;
/** The step adds this to the claims. */
const OWN_DATA = 'verifiedAt';
/** Claims with a registered meaning, which cannot hold a handle. */
const REGISTERED_CLAIMS = ['iss', 'aud', 'exp', 'nbf', 'iat'];
/** The return address already has this parameter. */
const OWN_PARAMETER = 'login';

/**
 * Describes the result with which the login continues.
 *
 * @publicApi
 */
export interface AcceptedResult {
  /** Name of the claim in the vendor's token, like `status`. */
  readonly claim: string;
  /** Accepted values, compared exactly, like `approved`: 1 to 20 texts, numbers or booleans. */
  readonly values: readonly (string | number | boolean)[];
}

/**
 * Configures {@link ExternalStep}: the vendor's address, and how to verify the vendor's answer. Mistakes fail startup.
 *
 * @publicApi
 */
export class ExternalOptions {
  /** Id of the step, to use the class several times: a-z, 0-9 and -, up to 40 characters. Default: `external`. */
  @IfSet(findStepIdProblem)
  id?: string;

  /** Name of the vendor on the page, the same for everybody or by language. */
  @IsLocalizedText()
  vendor!: LocalizedText;

  /** Address that users are sent to: https, except on localhost. Its query stays; the step adds handle and return address. */
  @validateWith('isVendorUrl', findUrlProblem)
  url!: string;

  /** The vendor's signature algorithm: `HS256`, `RS256` or `ES256`. A token with another algorithm is rejected. */
  @IsIn(VENDOR_ALGORITHMS, { message: `is none of ${VENDOR_ALGORITHMS.join(', ')}` })
  algorithm!: VendorAlgorithm;

  /** For HS256: the secret shared with the vendor, 32 bytes or more. Its UTF-8 bytes are the key. Default: none; use `secretFile`. */
  @IsVendorKey('secret')
  secret?: string;

  /** For HS256: a file with the secret, read at startup. One line break at its end is not part of it. Default: none. */
  @IsVendorKey('secretFile')
  secretFile?: string;

  /**
   * For RS256 and ES256: the address of the vendor's published keys (RFC 7517), cached for 10 minutes. https, except on
   * localhost. Default: none; use `publicKey` or `publicKeyFile`.
   */
  @IsVendorKey('jwksUrl')
  jwksUrl?: string;

  /** For RS256 and ES256: the vendor's public key, in PEM or as a JWK. If the vendor rotates keys, use `jwksUrl`. Default: none. */
  @IsVendorKey('publicKey')
  publicKey?: string | JsonWebKey;

  /** For RS256 and ES256: a file with the public key, read at startup. Default: none. */
  @IsVendorKey('publicKeyFile')
  publicKeyFile?: string;

  /** The `iss` of the vendor's token, compared exactly. */
  @validateWith('isIssuer', findTextProblem)
  issuer!: string;

  /** The `aud` of the vendor's token: the vendor's name for this service. A token with other audiences too is rejected. */
  @validateWith('isAudience', findTextProblem)
  audience!: string;

  /** Names of the claims that the Action receives, 1 to 20; at most 4 KB of JSON in total. A missing claim is `null`. */
  @validateWith('isListOfClaims', findClaimsProblem)
  claims!: readonly string[];

  /** The accepted result. Any other result denies the login with `external_declined`. Default: every result is accepted. */
  @IfSet(findAcceptedProblem)
  accepted?: AcceptedResult;

  /** The claim in which the vendor returns the handle. Default: `handle`. */
  @validateWith('isHandleClaim', findHandleClaimProblem)
  handleClaim?: string = 'handle';

  /** Tolerance for the vendor's clock in `exp`, `nbf` and `iat`, in seconds, 0 to 30. Default: 5. */
  @validateWith('isClockTolerance', (value) =>
    findWholeNumberProblem(value, 0, CLOCK_TOLERANCE_MAX_SECONDS, 'of seconds '),
  )
  clockTolerance?: number = 5;

  /** The parameter with the handle on the way to the vendor. Default: `handle`. */
  @validateWith('isParameter', (name, { returnToParameter }) => findParameterProblem(name, { returnToParameter }))
  handleParameter?: string = 'handle';

  /** The parameter with the return address on the way to the vendor. Default: `return_to`. */
  @validateWith('isParameter', (name) => findParameterProblem(name, {}))
  returnToParameter?: string = 'return_to';

  /** The parameter with the vendor's token on the way back. Default: `token`. */
  @validateWith('isParameter', (name, { errorParameter }) => findReturnedProblem(name, { errorParameter }))
  tokenParameter?: string = 'token';

  /** The parameter that means that the user did not finish, with any value. Default: `error`. */
  @validateWith('isParameter', (name) => findReturnedProblem(name, {}))
  errorParameter?: string = 'error';
}

/** The type of {@link ExternalOptions} with their defaults. */
export class ExternalSettings extends ExternalOptions {
  declare handleClaim: string;
  declare clockTolerance: number;
  declare handleParameter: string;
  declare returnToParameter: string;
  declare tokenParameter: string;
  declare errorParameter: string;
}

function findUrlProblem(value: unknown, { handleParameter, returnToParameter }: JsonObject): string | undefined {
  if (typeof value !== 'string' || findLinkProblem(value) !== undefined) return findLinkProblem(value);
  if (value.includes('#')) return 'has a fragment: remove it, because parameters are added to the URL';
  const { searchParams } = new URL(value);
  const taken = [handleParameter, returnToParameter].map(String).find((name) => searchParams.has(name));
  return taken && `already has the parameter ${taken}`;
}

function findClaimsProblem(value: unknown): string | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > LIST_MAX || !value.every(isName)) {
    return notList(value, `1 to ${LIST_MAX} names of claims`);
  }
  if (new Set(value).size < value.length) return 'repeats a name';
  return value.includes(OWN_DATA) ? `contains ${OWN_DATA}, which the step adds` : undefined;
}

function findAcceptedProblem(value: unknown): string | undefined {
  if (!isJsonObject(value)) return 'is not like { claim: status, values: [approved] }';
  const { claim, values, ...rest } = value;
  const [other] = Object.keys(rest);
  if (other !== undefined) return `contains ${other}: only claim and values are known`;
  if (!isName(claim)) return 'has no name of a claim as claim';
  if (typeof values === 'string') return 'has a text, not a list, as values';
  const isScalar = (each: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof each);
  return Array.isArray(values) && values.length > 0 && values.length <= LIST_MAX && values.every(isScalar)
    ? undefined
    : `has no list of 1 to ${LIST_MAX} texts, numbers, true or false as values`;
}

function findHandleClaimProblem(value: unknown): string | undefined {
  if (!isName(value)) return 'is not the name of a claim';
  return REGISTERED_CLAIMS.includes(value) ? `is ${value}, which has another meaning` : undefined;
}

function findParameterProblem(name: unknown, others: JsonObject): string | undefined {
  if (typeof name !== 'string' || !PARAMETER.test(name)) {
    return 'is not a parameter name: a letter, then letters, digits, _, -, . or ~';
  }
  const same = Object.keys(others).find((other) => others[other] === name);
  return same && `is the same as ${same}`;
}

/** For a parameter on the way back. */
function findReturnedProblem(name: unknown, others: JsonObject): string | undefined {
  if (name === OWN_PARAMETER) return `is ${OWN_PARAMETER}, which the return address already has`;
  return findParameterProblem(name, others);
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value !== '__proto__' && value.length <= NAME_MAX_LENGTH;
}
