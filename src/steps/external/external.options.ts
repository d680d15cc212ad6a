import type { JsonWebKey } from 'node:crypto';
import { IsBoolean } from 'class-validator';
import { isJsonObject, type JsonObject } from '../../auth-redirect/json.js';
import type { LocalizedText } from '../../auth-redirect/locales/localized-text.js';
import {
  findLinkProblem,
  findStepIdProblem,
  findTextProblem,
  findWholeNumberProblem,
  notList,
} from '../../auth-redirect/validation/problems.js';
import { optionProblems, optionsFrom } from '../../auth-redirect/validation/validate.js';
import { IfSet, IsLocalizedText, validateWith } from '../../auth-redirect/validation/validators.js';
import { HttpClientOptions } from '../../http-client/index.js';
import { findValuesProblem, isClaimName, OWN_DATA } from './answers/vendor-answer.options.js';
import { findVendorKeyProblem, VENDOR_ALGORITHMS, type VendorAlgorithm } from './key-options.js';
import { placeholdersIn } from './requests/placeholders.js';
import { ResultOptions, ResultSettings, StartOptions } from './requests/vendor-request.options.js';
import { WebhookOptions, WebhookSettings } from './webhook/webhook.options.js';

/**
 * Identifies the {@link ExternalOptions} for injection.
 *
 * @publicApi
 */
export const EXTERNAL_OPTIONS = Symbol.for('nestjs-auth-redirect:external-options');

/** Maximum of `clockTolerance`, in seconds. */
const CLOCK_TOLERANCE_MAX_SECONDS = 30;

const LIST_MAX = 20;
const ATTEMPTS_MAX = 5;
const PARAMETER = /^[A-Za-z][\w.~-]{0,63}$/;
/** Claims with a registered meaning, which cannot hold a handle. */
const REGISTERED_CLAIMS = ['iss', 'aud', 'exp', 'nbf', 'iat'];
/** Parameter that the return address already has. */
const OWN_PARAMETER = 'login';

/**
 * Describes the result with which the login continues.
 *
 * @publicApi
 */
export interface AcceptedResult {
  /** Claim of the token, like `status`. */
  readonly claim: string;
  /** Accepted values, like `approved`: 1 to 20 texts, numbers or booleans. */
  readonly values: readonly (string | number | boolean)[];
}

/**
 * Configures {@link ExternalStep}: how the user gets to the vendor and back, and how the result arrives. The result is a token in the
 * return (`algorithm` and so on), or comes from the vendor's API (`result`), or from the vendor's server (`webhook`). Mistakes fail
 * startup.
 *
 * @publicApi
 */
export class ExternalOptions {
  /** Id of the step: a-z, 0-9 and -, up to 40 characters. Default: `external`. */
  @IfSet(findStepIdProblem)
  id?: string;

  /** Name of the vendor on the page. */
  @IsLocalizedText()
  vendor!: LocalizedText;

  /**
   * Address of the vendor: https, except on localhost. The step adds the parameters for handle and return address. Default: none; use
   * `start`.
   */
  @validateWith('isVendorUrl', findUrlProblem)
  url?: string;

  /** Creates a session at the vendor, whose answer contains the address for the user. Default: none; use `url`. */
  @IfSet((_value, { url }) => (url === undefined ? undefined : 'and url are both set: keep one of them'))
  start?: StartOptions;

  /** Method of the vendor's return: `GET`, or `POST` with a form. Default: `GET`. */
  @IfSet((value) => (value === 'GET' || value === 'POST' ? undefined : 'is neither GET nor POST'))
  returnMethod?: 'GET' | 'POST' = 'GET';

  /** Maximum attempts at the vendor, 1 to 5. Default: 1. */
  @validateWith('isNumberOfAttempts', (value) => findWholeNumberProblem(value, 1, ATTEMPTS_MAX))
  attempts?: number = 1;

  /** Whether a declined user can choose another way, which a later step offers. Default: false. */
  @IsBoolean({ message: 'is neither true nor false' })
  alternative?: boolean = false;

  /** Reads the result from the vendor's API when the user returns. Default: none. */
  @IfSet(findResultProblem)
  result?: ResultOptions;

  /** Receives the result from the vendor's server. Default: none. */
  @IfSet((_value, { result }) => (result === undefined ? undefined : 'and result are both set: keep one of them'))
  webhook?: WebhookOptions;

  /**
   * Limits of requests to the vendor's API, and to `jwksUrl` (always 3 seconds, no retry). Default: 5 seconds, one retry, no private
   * addresses.
   */
  @IfSet((_value, { start, result, jwksUrl }) =>
    (start ?? result ?? jwksUrl) ? undefined : 'is for start, result and jwksUrl, and none of them is set: remove it',
  )
  http?: HttpClientOptions;

  /** Required signature algorithm of the vendor's token: `HS256`, `RS256` or `ES256`. Default: none; required for a token. */
  @ForToken(findAlgorithmProblem)
  algorithm?: VendorAlgorithm;

  /** For HS256: the shared secret, 32 bytes or more. Its UTF-8 bytes are the key. Default: none; use `secretFile`. */
  @ForToken(findVendorKeyProblem('secret'))
  secret?: string;

  /** For HS256: a file with the secret, read at startup. A final line break is ignored. Default: none. */
  @ForToken(findVendorKeyProblem('secretFile'))
  secretFile?: string;

  /**
   * For RS256 and ES256: the address of the vendor's keys (RFC 7517): https, except on localhost. Cached for 10 minutes. Default: none;
   * use `publicKey` or `publicKeyFile`.
   */
  @ForToken(findVendorKeyProblem('jwksUrl'))
  jwksUrl?: string;

  /** For RS256 and ES256: the vendor's public key, PEM or JWK. If the vendor rotates keys, use `jwksUrl`. Default: none. */
  @ForToken(findVendorKeyProblem('publicKey'))
  publicKey?: string | JsonWebKey;

  /** For RS256 and ES256: a file with the public key, read at startup. Default: none. */
  @ForToken(findVendorKeyProblem('publicKeyFile'))
  publicKeyFile?: string;

  /** `iss` of the vendor's token, compared exactly. Default: none; required for a token. */
  @ForToken(findTextProblem)
  issuer?: string;

  /** The only `aud` of the vendor's token: the vendor's name for this service. Default: none; required for a token. */
  @ForToken(findTextProblem)
  audience?: string;

  /**
   * Token claims for the Action: 1 to 20, with at most 4 KB of JSON. A missing claim is `null`. Default: none; required for a
   * token.
   */
  @ForToken(findClaimsProblem)
  claims?: readonly string[];

  /** The accepted result. Any other counts as declined. Default: every result is accepted. */
  @ForToken((value) => (value === undefined || value === null ? undefined : findAcceptedProblem(value)))
  accepted?: AcceptedResult;

  /** Claim with the handle. Default: `handle`. */
  @validateWith('isHandleClaim', findHandleClaimProblem)
  handleClaim?: string = 'handle';

  /** Tolerance for the vendor's clock, in seconds, 0 to 30. Default: 5. */
  @validateWith('isClockTolerance', (value) =>
    findWholeNumberProblem(value, 0, CLOCK_TOLERANCE_MAX_SECONDS, 'of seconds '),
  )
  clockTolerance?: number = 5;

  /** Query parameter of `url` for the handle. Default: `handle`. */
  @validateWith('isParameter', (name, { returnToParameter }) => findParameterProblem(name, { returnToParameter }))
  handleParameter?: string = 'handle';

  /** Query parameter of `url` for the return address. Default: `return_to`. */
  @validateWith('isParameter', (name) => findParameterProblem(name, {}))
  returnToParameter?: string = 'return_to';

  /** Return parameter with the token. Default: `token`. */
  @validateWith('isParameter', (name, { errorParameter }) => findReturnedProblem(name, { errorParameter }))
  tokenParameter?: string = 'token';

  /** Return parameter, with any value, for a user who gave up. Default: `error`. */
  @validateWith('isParameter', (name) => findReturnedProblem(name, {}))
  errorParameter?: string = 'error';
}

/** The type of {@link ExternalOptions} with their defaults. */
export class ExternalSettings extends ExternalOptions {
  declare returnMethod: 'GET' | 'POST';
  declare attempts: number;
  declare alternative: boolean;
  declare handleClaim: string;
  declare clockTolerance: number;
  declare handleParameter: string;
  declare returnToParameter: string;
  declare tokenParameter: string;
  declare errorParameter: string;
}

/** The options of a vendor's token. */
export interface TokenSettings extends ExternalSettings {
  readonly algorithm: VendorAlgorithm;
  readonly issuer: string;
  readonly audience: string;
  readonly claims: readonly string[];
}

const SECTIONS = { start: StartOptions, result: ResultSettings, webhook: WebhookSettings, http: HttpClientOptions };

/**
 * Returns all problems of the options, and of each section.
 *
 * @param given The configured options, of any class.
 * @returns One line for each problem, with its path: `webhook.secret is missing: set secret or secretFile`.
 * @publicApi
 */
export function externalProblems(given: object): string[] {
  const sections = Object.entries<new () => object>(SECTIONS).flatMap(([name, type]) =>
    sectionProblems(name, Object.entries(given).find(([option]) => option === name)?.[1], type),
  );
  return [...optionProblems(ExternalOptions, given), ...sections];
}

/** Returns valid options with the defaults of their sections. */
export function withSectionDefaults(settings: ExternalSettings): ExternalSettings {
  const sections = Object.entries<new () => object>(SECTIONS).map(([name, type]) => {
    const section: unknown = Object.entries(settings).find(([option]) => option === name)?.[1];
    return [name, isJsonObject(section) ? optionsFrom(type, section) : undefined];
  });
  return Object.assign(settings, Object.fromEntries(sections));
}

function sectionProblems(name: string, section: unknown, type: new () => object): string[] {
  if (section === undefined || section === null) return [];
  if (!isJsonObject(section)) return [`${name} is not a section of options`];
  return optionProblems(type, section).map((problem) => `${name}.${problem}`);
}

/** Validates an option of the vendor's token, and rejects it if the result arrives in another way. */
function ForToken(findProblem: (value: unknown, options: JsonObject) => string | undefined): PropertyDecorator {
  return validateWith('isForToken', (value, options) => {
    const other = ['result', 'webhook'].find((name) => options[name] !== undefined);
    if (other === undefined) return findProblem(value, options);
    return value === undefined ? undefined : `is for a token, and ${other} is set: keep one of them`;
  });
}

function findAlgorithmProblem(value: unknown): string | undefined {
  if (VENDOR_ALGORITHMS.some((known) => known === value)) return undefined;
  const instead = value === undefined ? '; for a result without a token, set result or webhook' : '';
  return `is none of ${VENDOR_ALGORITHMS.join(', ')}${instead}`;
}

function findResultProblem(value: unknown, { start }: JsonObject): string | undefined {
  const needsSession = placeholdersIn(value).includes('session');
  const hasSession = isJsonObject(start) && typeof start.session === 'string';
  return needsSession && !hasSession ? 'contains {session}, which needs start.session' : undefined;
}

function findUrlProblem(value: unknown, { start, handleParameter, returnToParameter }: JsonObject): string | undefined {
  if (value === undefined && start !== undefined) return undefined;
  if (typeof value !== 'string' || findLinkProblem(value) !== undefined) return findLinkProblem(value);
  if (value.includes('#')) return 'has a fragment: remove it, because parameters are added to the URL';
  const { searchParams } = new URL(value);
  const taken = [handleParameter, returnToParameter].map(String).find((name) => searchParams.has(name));
  return taken && `already has the parameter ${taken}`;
}

function findClaimsProblem(value: unknown): string | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > LIST_MAX || !value.every(isClaimName)) {
    return notList(value, `1 to ${LIST_MAX} names of claims`);
  }
  if (new Set(value).size < value.length) return 'repeats a name';
  const own = OWN_DATA.find((name) => value.includes(name));
  return own && `contains ${own}, which the step adds`;
}

function findAcceptedProblem(value: unknown): string | undefined {
  if (!isJsonObject(value)) return 'is not like { claim: status, values: [approved] }';
  const { claim, values, ...rest } = value;
  const [other] = Object.keys(rest);
  if (other !== undefined) return `contains ${other}: only claim and values are known`;
  if (!isClaimName(claim)) return 'has no valid claim: name one, like status';
  if (typeof values === 'string') return 'has a text in values: use a list like [approved]';
  return findValuesProblem(values) && `has invalid values: list 1 to ${LIST_MAX} texts, numbers, true or false`;
}

function findHandleClaimProblem(value: unknown): string | undefined {
  if (!isClaimName(value)) return 'is not the name of a claim';
  return REGISTERED_CLAIMS.includes(value) ? `is ${value}, which has another meaning` : undefined;
}

function findParameterProblem(name: unknown, others: JsonObject): string | undefined {
  if (typeof name !== 'string' || !PARAMETER.test(name)) {
    return 'is not a parameter name: a letter, then letters, digits, _, -, . or ~';
  }
  const same = Object.keys(others).find((other) => others[other] === name);
  return same && `is the same as ${same}`;
}

/** Validates the name of a return parameter. */
function findReturnedProblem(name: unknown, others: JsonObject): string | undefined {
  if (name === OWN_PARAMETER) return `is ${OWN_PARAMETER}, which the return address already has`;
  return findParameterProblem(name, others);
}
