/** Groups refusals by the page that the user sees. */
export type RefusalCause =
  | 'malformed_link'
  | 'expired'
  | 'not_valid'
  | 'session_missing'
  | 'already_used'
  | 'not_found'
  | 'method_not_allowed'
  | 'too_many_requests'
  | 'unavailable';

interface Refusal {
  readonly status: number;
  readonly cause: RefusalCause;
  /** Message for logs and developers, without request data. */
  readonly message: string;
}

const refusal = (status: number, cause: RefusalCause, message: string): Refusal => ({ status, cause, message });
const malformedLink = (message: string): Refusal => refusal(400, 'malformed_link', message);
const notValid = (message: string): Refusal => refusal(401, 'not_valid', message);

/** Refusals by stable code. */
export const REFUSALS = {
  // The query
  parameter_missing: malformedLink('state or the session token is missing or empty'),
  parameter_repeated: malformedLink('state or the session token is repeated'),
  parameter_nested: malformedLink('state or the session token has brackets or a member in its name'),
  parameter_encoding: malformedLink('the query is not correctly percent-encoded UTF-8'),
  parameter_characters: malformedLink('the query contains control characters'),
  parameter_too_long: malformedLink('state or the session token is too long'),

  // The encoding of the token
  token_too_large: notValid('the token is longer than 8 KB'),
  token_not_compact: notValid('the token does not have three segments'),
  token_encoding: notValid('a segment is not canonical base64url'),
  token_not_utf8: notValid('the header or payload is not UTF-8'),
  token_not_json: notValid('the header or payload is not a JSON object'),
  token_duplicate_member: notValid('a JSON object names a member twice'),
  token_forbidden_member: notValid('a JSON object has the member __proto__'),

  // The header
  algorithm_not_allowed: notValid('alg is not HS256'),
  critical_header_not_supported: notValid('crit names an extension, but none is supported'),
  type_not_allowed: notValid('typ is neither JWT nor absent'),
  content_type_not_allowed: notValid('cty announces a nested token'),
  compression_not_allowed: notValid('zip announces a compressed token'),
  unencoded_payload_not_allowed: notValid('b64 is not true'),
  embedded_key_not_allowed: notValid('the header contains a key or its URL'),
  key_id_not_allowed: notValid('kid is not a plain name'),

  // Tenant and signature
  issuer_unknown: notValid('iss is not configured'),
  signature_invalid: notValid('no key of the tenant verifies the signature'),

  // The claims
  exp_invalid: notValid('exp is missing or not a NumericDate'),
  token_expired: refusal(401, 'expired', 'exp has passed'),
  nbf_invalid: notValid('nbf is not a NumericDate'),
  token_not_yet_valid: notValid('nbf is in the future'),
  iat_invalid: notValid('iat is missing or not a NumericDate'),
  iat_in_future: notValid('iat is further ahead than allowed'),
  exp_before_iat: notValid('exp is not after iat'),
  lifetime_too_long: notValid('exp is further from iat than allowed'),
  sub_invalid: notValid('sub is missing or not a valid user id'),
  aud_unexpected: notValid('aud is not the configured audience'),
  nonce_invalid: notValid('nonce is not a non-empty string'),
  jti_invalid: notValid('jti is not a non-empty string'),
  steps_not_available: notValid('the claim steps names a step that is not registered, or of another tenant'),

  // The login
  session_token_already_used: refusal(409, 'already_used', 'the token was used with another state'),

  // The steps
  step_session_missing: refusal(401, 'session_missing', 'the browser has no step session for this login'),
  step_session_invalid: notValid('the step session cannot be decrypted, or belongs to another login'),
  cross_site_request: refusal(403, 'not_valid', 'a form was posted from another site'),
  form_not_valid: refusal(400, 'malformed_link', 'the body is not a form'),
  form_too_large: refusal(413, 'malformed_link', 'the form is larger than 64 KB'),
  form_incomplete: malformedLink('the client ended the connection before the end of the form'),
  webhook_rejected: notValid('the step rejected a webhook'),

  too_many_step_sessions: refusal(
    429,
    'too_many_requests',
    'the session token or its user has opened too many step sessions',
  ),
  step_in_progress: refusal(503, 'unavailable', 'an earlier submission of the step is still in progress'),
  replay_store_unavailable: refusal(503, 'unavailable', 'the replay store does not answer in time'),

  // The service
  not_found: refusal(404, 'not_found', 'no such page'),
  method_not_allowed: refusal(405, 'method_not_allowed', 'only GET and HEAD are allowed'),
  step_method_not_allowed: refusal(405, 'method_not_allowed', 'only GET, HEAD and POST are allowed'),
  request_not_valid: malformedLink('the request cannot be read'),
  request_timeout: refusal(408, 'malformed_link', 'the request did not arrive in time'),
  expectation_failed: refusal(417, 'malformed_link', 'the request has an unknown expectation'),
  request_too_large: refusal(431, 'malformed_link', 'the request header is too large'),
  too_many_requests: refusal(429, 'too_many_requests', 'this client was refused too often'),
  internal_error: refusal(500, 'unavailable', 'an unexpected error'),
} as const satisfies Record<string, Refusal>;

/** Identifies a refusal in the log, in `application/problem+json` and in `error.code`. Codes are stable. */
export type RefusalCode = keyof typeof REFUSALS;

/** Describes the issuer of `issuer_unknown`, for logs. */
export interface UnknownIssuer {
  /**
   * The first 100 characters of the token's unverified `iss`. All characters except `A-Z a-z 0-9 . _ ~ : / -` are escaped, like `\u003c`.
   * Absent if `iss` is not a string.
   */
  readonly unverifiedIssuer?: string;
  /** The first 20 configured issuers. */
  readonly configuredIssuers?: readonly string[];
  /** The configured issuer that differs only by scheme, slash or case, if any. */
  readonly hint?: string;
}

type Details = Partial<Pick<AuthRedirectError, 'tenant' | 'subject' | 'retryAfter' | 'unknownIssuer'>>;

/**
 * Reports a refused request. Match {@link AuthRedirectError.code}, not class or message: `instanceof` fails with two copies of this
 * package.
 *
 * @publicApi
 */
export class AuthRedirectError extends Error {
  override readonly name = 'AuthRedirectError';
  readonly code: RefusalCode;
  /** Name of the tenant, if the token's issuer is known. */
  tenant?: string;
  /** Digest of tenant and subject, if the token's signature is verified. */
  subject?: string;
  /** Seconds after which a retry makes sense, if known. */
  readonly retryAfter?: number;
  /** With `issuer_unknown`: the token's issuer and the configured ones. Log them, but do not send them to clients. */
  readonly unknownIssuer?: UnknownIssuer;

  constructor(code: RefusalCode, { cause, ...details }: ErrorOptions & Details = {}) {
    super(REFUSALS[code].message, cause === undefined ? {} : { cause });
    this.code = code;
    Object.assign(this, details);
  }

  /** HTTP status of the answer. */
  get status(): number {
    return REFUSALS[this.code].status;
  }

  /** Selects the page that the user sees. */
  get refusalCause(): RefusalCause {
    return REFUSALS[this.code].cause;
  }
}

/** Also recognizes an error of another copy of this package. */
export function refusalOf(thrown: unknown): AuthRedirectError | undefined {
  if (thrown instanceof AuthRedirectError) return thrown;
  const code = thrown instanceof Error && thrown.name === 'AuthRedirectError' && 'code' in thrown && thrown.code;
  return isRefusalCode(code) ? new AuthRedirectError(code, { cause: thrown }) : undefined;
}

function isRefusalCode(code: unknown): code is RefusalCode {
  return typeof code === 'string' && Object.hasOwn(REFUSALS, code);
}

/**
 * Reports invalid options at startup.
 *
 * @publicApi
 */
export class AuthRedirectOptionsError extends Error {
  override readonly name = 'AuthRedirectOptionsError';
  readonly code = 'options_invalid';

  /** @param problems One line per problem. Each begins with the option's name and contains no secret. */
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/**
 * Reports that {@link ContinueTokenService.sign} received a session token that `verify` of the same service did not return.
 *
 * @publicApi
 */
export class UnverifiedSessionTokenError extends Error {
  override readonly name = 'UnverifiedSessionTokenError';
  readonly code = 'session_token_not_verified';

  constructor() {
    super('sign() accepts only results of verify() of the same service');
  }
}

/** Locates a fault in a template. */
export interface ViewPlace {
  /** Path of the file, or a built-in view's name with `.hbs`. */
  readonly file: string;
  /** Line number, from 1. */
  readonly line?: number;
  /** Name of the missing variable. */
  readonly variable?: string;
}

/**
 * Reports that a template is missing or uses an unknown variable. The message names the variable, never a value.
 *
 * @publicApi
 */
export class ViewError extends Error {
  override readonly name = 'ViewError';
  readonly code = 'view_not_rendered';

  constructor(
    readonly place: ViewPlace,
    problem: string,
    options?: ErrorOptions,
  ) {
    super(`${place.file}${place.line === undefined ? '' : `, line ${place.line}`}: ${problem}`, options);
  }
}

/** Lists every `code` of this package's errors. */
export type AuthRedirectErrorCode =
  RefusalCode | AuthRedirectOptionsError['code'] | UnverifiedSessionTokenError['code'] | ViewError['code'];
