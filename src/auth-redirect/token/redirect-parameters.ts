import { AuthRedirectError } from '../errors.js';
import { SESSION_TOKEN_MAX_BYTES } from './encoding.js';

/** Contains unverified values. */
export interface RedirectParameters {
  readonly state: string;
  readonly sessionToken: string;
  /** Name of the parameter with the session token. */
  readonly parameter: string;
}

/** Auth0's states have 166 characters. */
export const STATE_MAX_LENGTH = 2048;

/** Auth0's default for the parameter and the form field. */
export const SESSION_TOKEN_PARAMETER = 'session_token';

const STATE = 'state';

/** Forms change or drop these characters. They must not reach a log or a claim. */
const CONTROL_CHARACTERS = /\p{Cc}/u;
/** RFC 3986 section 3.4: a query must percent-encode these characters. */
const NOT_A_QUERY = /[^!-~]/;

/**
 * Rejects values that two parsers can read differently. Ignores other well-formed parameters.
 *
 * @param target Path and query as the client sent them (RFC 9112 section 3.2).
 * @param names Names of the session token's parameter. Default: only `session_token`.
 * @throws AuthRedirectError `parameter_missing`, `parameter_repeated`, `parameter_nested`, `parameter_encoding`, `parameter_characters`,
 *   `parameter_too_long`
 */
export function parseRedirectParameters(
  target: string,
  names: ReadonlySet<string> = new Set([SESSION_TOKEN_PARAMETER]),
): RedirectParameters {
  let state: string | undefined;
  let token: readonly [name: string, value: string] | undefined;
  for (const pair of pairsOf(target)) {
    const [name, value] = pair;
    if (name === STATE) {
      if (state !== undefined) throw new AuthRedirectError('parameter_repeated');
      state = value;
    } else if (names.has(name)) {
      if (token !== undefined) throw new AuthRedirectError('parameter_repeated');
      token = pair;
    } else checkNotNested(name, names);
  }
  const [parameter = '', sessionToken] = token ?? [];
  return {
    state: checkValue(state, STATE_MAX_LENGTH),
    sessionToken: checkValue(sessionToken, SESSION_TOKEN_MAX_BYTES),
    parameter,
  };
}

/**
 * Query, form and claim must transport a state unchanged.
 *
 * @throws AuthRedirectError `parameter_missing`, `parameter_characters`, `parameter_too_long`
 */
export function checkState(state: string): void {
  checkValue(state, STATE_MAX_LENGTH);
}

function checkValue(value: string | undefined, maxLength: number): string {
  if (value === undefined || value === '') throw new AuthRedirectError('parameter_missing');
  if (value.length > maxLength) throw new AuthRedirectError('parameter_too_long');
  if (CONTROL_CHARACTERS.test(value)) throw new AuthRedirectError('parameter_characters');
  return value;
}

/** `state[]=`, `state[a]=` and `state.a=` are more values for parsers of arrays and objects. */
function checkNotNested(name: string, names: ReadonlySet<string>): void {
  const base = /^\s*([^[.\s]+)/.exec(name)?.[1] ?? '';
  if (base === STATE || names.has(base)) throw new AuthRedirectError('parameter_nested');
}

function* pairsOf(target: string): Generator<[name: string, value: string]> {
  const start = target.indexOf('?');
  if (start < 0) return;
  const query = target.slice(start + 1);
  // Browsers send no fragment. Parsers differ in whether a fragment ends the query.
  if (NOT_A_QUERY.test(query) || target.includes('#')) throw new AuthRedirectError('parameter_encoding');
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=');
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    yield [name, equals < 0 ? '' : decode(pair.slice(equals + 1))];
  }
}

function decode(encoded: string): string {
  const decoded = decodePercent(encoded.replaceAll('+', ' '));
  if (decoded.includes('\0')) throw new AuthRedirectError('parameter_characters');
  return decoded;
}

function decodePercent(encoded: string): string {
  if (!encoded.includes('%')) return encoded;
  try {
    return decodeURIComponent(encoded);
  } catch (cause) {
    throw new AuthRedirectError('parameter_encoding', { cause });
  }
}
