import { epochSeconds, type Clock } from '../clock.js';
import { isRecord, textOf, type JsonObject } from '../json.js';
import { decodeToken, hasValidHs256Signature, type DecodedToken } from './jwt.js';
import { assertSecret } from './secret.js';

export interface ValidateTokenOptions {
  readonly secret: string;
  readonly tokenParameterName?: string;
}

/** The request to `/continue`, and the expected values. */
export interface ContinueContext {
  /** `{...query, ...body}`: the body's parameters win. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly userId: string;
}

/** The verdict of a check. `not reached`: an earlier check failed. */
export type CheckVerdict = 'ok' | 'failed' | 'not reached';

/** A check on the page of a transaction. */
export interface CheckResult {
  readonly id: string;
  readonly description: string;
  readonly verdict: CheckVerdict;
  /** The error of a failed check. */
  readonly message?: string;
  /** The compared values, if they help. Never the secret. */
  readonly detail?: string;
}

export interface TokenValidation {
  readonly checks: readonly CheckResult[];
  readonly payload?: JsonObject;
  /** Message of `validateToken`. Absent if all checks passed. */
  readonly error?: string;
}

interface Subject extends ContinueContext {
  readonly secret: string;
  readonly parameterName: string;
  readonly token: string;
  readonly decoded: DecodedToken | undefined;
  readonly nowSeconds: number;
}

interface Check {
  readonly id: string;
  readonly description: string;
  readonly message: (subject: Subject) => string;
  readonly passes: (subject: Subject) => boolean;
  readonly detail?: (subject: Subject) => string;
}

const INVALID = 'The session token is invalid: ';
const STANDARD_CLAIMS = ['sub', 'iss', 'exp', 'iat'] as const;

/** The checks run in this order. The first failure is the Action's error. */
const CHECKS: readonly Check[] = [
  {
    id: 'parameter',
    description: 'The parameter is in the POST body or the query string',
    message: (s) =>
      `There is no parameter called '${s.parameterName}' available in either the POST body or query string.`,
    passes: (s) => s.parameterName in s.parameters,
    detail: (s) => `parameter: ${s.parameterName}`,
  },
  {
    id: 'state',
    description: 'The state claim equals the state posted to /continue',
    message: () => `${INVALID}State in the token does not match the /continue state.`,
    passes: (s) => s.decoded !== undefined && s.decoded.claims['state'] === s.parameters['state'],
    detail: (s) => (s.decoded ? compare(s.decoded.claims['state'], s.parameters['state']) : 'the token is not a JWT'),
  },
  {
    id: 'signature',
    description: 'The HS256 signature is made with the secret',
    message: () => `${INVALID}Failed signature validation`,
    passes: (s) => hasValidHs256Signature(s.token, s.secret),
    detail: (s) => `alg: ${show(s.decoded?.header['alg'])}`,
  },
  {
    id: 'standard-claims',
    description: 'sub, iss, exp and iat are present',
    message: () => `${INVALID}Missing or invalid standard claims`,
    passes: (s) => missingClaims(s).length === 0,
    detail: (s) => (missingClaims(s).length === 0 ? 'none missing' : `missing: ${missingClaims(s).join(', ')}`),
  },
  {
    id: 'type',
    description: 'The header says typ: JWT',
    message: () => `${INVALID}Unexpected token payload type`,
    passes: (s) => textOf(s.decoded?.header['typ']).toUpperCase() === 'JWT',
    detail: (s) => `typ: ${show(s.decoded?.header['typ'])}`,
  },
  {
    id: 'subject',
    description: 'The sub claim is the user who is logging in',
    message: () => `${INVALID}The sub claim does not match the user_id.`,
    passes: (s) => s.decoded?.claims['sub'] === s.userId,
    detail: (s) => compare(s.decoded?.claims['sub'], s.userId),
  },
  {
    id: 'expiry',
    description: 'The token has not expired (no leeway)',
    message: () => `${INVALID}Token has expired.`,
    passes: (s) => Number(s.decoded?.claims['exp']) > s.nowSeconds,
    detail: (s) => `exp: ${show(s.decoded?.claims['exp'])}, now: ${s.nowSeconds}`,
  },
];

/** Runs the checks in order. Stops at the first failure. */
export function validateToken(options: unknown, context: ContinueContext, now: Clock): TokenValidation {
  const subject = subjectOf(options, context, now);
  const failed = CHECKS.findIndex((check) => !check.passes(subject));
  const checks = CHECKS.map((check, index) => report(check, verdict(index, failed), subject));
  const failure = CHECKS[failed];
  if (failure) return { checks, error: failure.message(subject) };
  return subject.decoded ? { checks, payload: subject.decoded.claims } : { checks };
}

function subjectOf(options: unknown, context: ContinueContext, now: Clock): Subject {
  const { secret, tokenParameterName: parameterName = 'session_token' } = parseOptions(options);
  const token = textOf(context.parameters[parameterName]);
  return { ...context, secret, parameterName, token, decoded: decodeToken(token), nowSeconds: epochSeconds(now) };
}

function parseOptions(options: unknown): ValidateTokenOptions {
  const { secret, tokenParameterName } = isRecord(options) ? options : {};
  assertSecret('validateToken', secret);
  return typeof tokenParameterName === 'string' ? { secret, tokenParameterName } : { secret };
}

function verdict(index: number, failed: number): CheckVerdict {
  if (failed === -1 || index < failed) return 'ok';
  return index === failed ? 'failed' : 'not reached';
}

function report(check: Check, result: CheckVerdict, subject: Subject): CheckResult {
  const { id, description } = check;
  if (result === 'not reached') return { id, description, verdict: result };
  const detail = check.detail ? { detail: check.detail(subject) } : {};
  const message = result === 'failed' ? { message: check.message(subject) } : {};
  return { id, description, verdict: result, ...message, ...detail };
}

function missingClaims(subject: Subject): string[] {
  return STANDARD_CLAIMS.filter((name) => !(name in (subject.decoded?.claims ?? {})));
}

function compare(inToken: unknown, expected: unknown): string {
  return inToken === expected ? 'both are the same' : `in the token: ${show(inToken)}, expected: ${show(expected)}`;
}

function show(value: unknown): string {
  if (value === undefined) return 'absent';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
}
