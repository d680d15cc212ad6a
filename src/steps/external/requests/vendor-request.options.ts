import { findFileProblem } from '../../../auth-redirect/files.js';
import { isJsonObject, type JsonObject } from '../../../auth-redirect/json.js';
import { IfSet, validateWith } from '../../../auth-redirect/validation/validators.js';
import { findOutboundUrlProblem } from '../../../http-client/index.js';
import { findPathProblem } from '../answers/json-path.js';
import { VendorAnswerOptions } from '../answers/vendor-answer.options.js';
import { findPlaceholderProblem, placeholdersIn, type Placeholder } from './placeholders.js';

/** Size limit of a file with the value of a header, in bytes. */
export const HEADER_FILE_MAX_BYTES = 8192;

const HOSTS_MAX = 20;
/** Names by RFC 9110 section 5.6.2, except headers that frame a message. */
const HEADER_NAME = /^(?!(?:content-length|transfer-encoding|connection|host)$)[\w!#$%&'*+.^`|~-]{1,100}$/i;
/** Values by RFC 9110 section 5.5, printable ASCII only. */
const HEADER_VALUE = /^[\x20-\x7e]*$/;
const HOST = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

const AT_START: readonly Placeholder[] = ['handle', 'returnUrl', 'locale'];
const AT_RESULT: readonly Placeholder[] = ['handle', 'session'];

/**
 * Configures the request that creates a session at the vendor. Texts can contain `{handle}`, `{returnUrl}` and `{locale}`.
 *
 * @publicApi
 */
export class StartOptions {
  /** Address of the vendor's API: https, except on localhost. */
  @validateWith('isRequestUrl', (value) => findRequestUrlProblem(value, AT_START))
  url!: string;

  /** Headers by name. Default: `Accept` and `Content-Type`. */
  @IfSet((value) => findHeadersProblem(value, AT_START))
  headers?: Readonly<Record<string, string>>;

  /** Files with header values, like `{ Authorization: /run/secrets/vendor }`: one line each, read at startup. Default: none. */
  @IfSet(findHeaderFilesProblem)
  headerFiles?: Readonly<Record<string, string>>;

  /** JSON body, which must contain `{handle}`. Set this or `form`. */
  @validateWith('isBody', (value, { form }) => findBodyProblem(value, form, AT_START))
  json?: JsonObject;

  /** Form body, which must contain `{handle}`. Default: none; use `json`. */
  @IfSet((value) => findFormProblem(value, AT_START))
  form?: Readonly<Record<string, string>>;

  /** Path of the URL for the user in the vendor's answer, like `$.url`. */
  @validateWith('isPath', findPathProblem)
  address!: string;

  /** Allowed hosts of this URL, like `verify.vendor.example`, 1 to 20. */
  @validateWith('isListOfHosts', findHostsProblem)
  hosts!: readonly string[];

  /** Path of the vendor's session id, for `{session}` in `result`. Default: none. */
  @IfSet(findPathProblem)
  session?: string;
}

/**
 * Configures the request that reads the result. Texts can contain `{handle}`, and `{session}` with `start.session`.
 *
 * @publicApi
 */
export class ResultOptions extends VendorAnswerOptions {
  /** Address of the vendor's API: https, except on localhost. Must contain `{handle}` or `{session}`, unless `json` does. */
  @validateWith('isResultUrl', findResultUrlProblem)
  url!: string;

  /** Headers by name. Default: `Accept`. */
  @IfSet((value) => findHeadersProblem(value, AT_RESULT))
  headers?: Readonly<Record<string, string>>;

  /** Files with header values, as in `start`. Default: none. */
  @IfSet(findHeaderFilesProblem)
  headerFiles?: Readonly<Record<string, string>>;

  /** JSON body; makes the request a POST. Default: none; the request is a GET. */
  @IfSet((value) => findPlaceholderProblem(value, AT_RESULT) ?? findJsonProblem(value))
  json?: JsonObject;
}

/** {@link ResultOptions} with defaults applied. */
export class ResultSettings extends ResultOptions {
  declare claims: Readonly<Record<string, string>>;
}

function findRequestUrlProblem(value: unknown, known: readonly Placeholder[]): string | undefined {
  if (typeof value !== 'string') return findOutboundUrlProblem(value);
  const [origin = ''] = /^[^/]*\/\/[^/?]*/.exec(value) ?? [];
  if (/[{}]/.test(origin)) return 'has a placeholder in its host: hosts come from configuration only';
  return findPlaceholderProblem(value, known) ?? findOutboundUrlProblem(value.replaceAll(/\{\w+\}/g, 'x'));
}

function findResultUrlProblem(value: unknown, { json }: JsonObject): string | undefined {
  const problem = findRequestUrlProblem(value, AT_RESULT);
  if (problem !== undefined) return problem;
  return placeholdersIn([value, json]).length > 0 ? undefined : 'names neither {handle} nor {session}';
}

function findHeadersProblem(value: unknown, known: readonly Placeholder[]): string | undefined {
  const isHeader = ([name, text]: [string, unknown]): boolean =>
    HEADER_NAME.test(name) && typeof text === 'string' && HEADER_VALUE.test(text);
  if (!isJsonObject(value) || !Object.entries(value).every(isHeader))
    return 'is not a section with one text for each header';
  return findPlaceholderProblem(value, known);
}

function findHeaderFilesProblem(value: unknown): string | undefined {
  if (!isJsonObject(value) || !Object.keys(value).every((name) => HEADER_NAME.test(name))) {
    return 'is not a section with one path for each header';
  }
  const findProblem = (text: string): string | undefined =>
    HEADER_VALUE.test(text) && text !== '' ? undefined : 'is not one line of ASCII';
  return Object.entries(value)
    .map(([name, path]) => [name, findFileProblem(path, HEADER_FILE_MAX_BYTES, findProblem)])
    .flatMap(([name, problem]) => (problem === undefined ? [] : `has a path for ${name} that ${problem}`))
    .at(0);
}

function findBodyProblem(value: unknown, form: unknown, known: readonly Placeholder[]): string | undefined {
  if (value === undefined) return form === undefined ? 'is missing: set json or form' : undefined;
  if (form !== undefined) return 'and form are both set: remove one';
  if (!placeholdersIn(value).includes('handle')) return 'does not contain {handle}, which ties the result to the login';
  return findJsonProblem(value) ?? findPlaceholderProblem(value, known);
}

function findJsonProblem(value: unknown): string | undefined {
  return isJsonObject(value) ? undefined : 'is not a section of values';
}

function findFormProblem(value: unknown, known: readonly Placeholder[]): string | undefined {
  const isText = (text: unknown): boolean => typeof text === 'string';
  if (!isJsonObject(value) || !Object.values(value).every(isText)) return 'is not a section of texts (quote them)';
  if (!placeholdersIn(value).includes('handle')) return 'does not contain {handle}, which ties the result to the login';
  return findPlaceholderProblem(value, known);
}

function findHostsProblem(value: unknown): string | undefined {
  const isHost = (host: unknown): boolean => typeof host === 'string' && HOST.test(host);
  return Array.isArray(value) && value.length > 0 && value.length <= HOSTS_MAX && value.every(isHost)
    ? undefined
    : `is not a list of 1 to ${HOSTS_MAX} hosts in lower case, without scheme and port`;
}
