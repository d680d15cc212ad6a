import { validateHeaderName, validateHeaderValue } from 'node:http';
import { findFileProblem } from '../../auth-redirect/files.js';
import { isJsonObject, type JsonObject } from '../../auth-redirect/json.js';
import { IfSet, validateWith } from '../../auth-redirect/validation/validators.js';
import { findOutboundUrlProblem, HttpClientOptions } from '../../http-client/index.js';
import { findPathProblem } from './member-path.js';

/** Placeholder for the user's `sub` in the path. */
export const SUB_PLACE = '{sub}';

/** Header with the name of the tenant: another tenant may have a user with the same `sub`. */
export const TENANT_HEADER = 'auth-redirect-tenant';

/** Size limit of a file with a header, in bytes. */
export const HEADER_FILE_MAX_BYTES = 8192;

const HEADERS_MAX = 20;
const NAME_MAX_LENGTH = 100;

/** Headers that the service sets. */
const OWN_HEADERS = [
  'host',
  'content-length',
  'content-type',
  'transfer-encoding',
  'connection',
  'expect',
  'upgrade',
  'te',
  TENANT_HEADER,
];

/**
 * Configures the HTTP endpoint of a list. Exactly one option sends the user's `sub`: `{sub}` in the path of `url`, `subParameter`,
 * `subMember` or `subHeader`. The header `Auth-Redirect-Tenant` contains the tenant's name: two tenants may have the same `sub`.
 *
 * @publicApi
 */
export class ListSourceOptions extends HttpClientOptions {
  /** Address of the endpoint: https, except on localhost. A path segment `{sub}` becomes the user's `sub`, percent-encoded. */
  @validateWith('isListUrl', findUrlProblem)
  url!: string;

  /** Query parameter with the user's `sub`. Default: none. */
  @IfSet(findNameProblem)
  subParameter?: string;

  /** JSON body member with the user's `sub`; makes the request a POST. Default: none; the request is a GET. */
  @IfSet(findNameProblem)
  subMember?: string;

  /** Header with the user's `sub`. Default: none. */
  @IfSet(findHeaderNameProblem)
  subHeader?: string;

  /** Headers by name. For secrets, use `headerFiles`. Default: none. */
  @IfSet((value) => findHeadersProblem(value, findHeaderValueProblem))
  headers?: Readonly<Record<string, string>>;

  /** Files with header values, by header name. A final line break is ignored. Read for each request. Default: none. */
  @IfSet((value) => findHeadersProblem(value, findHeaderFileProblem))
  headerFiles?: Readonly<Record<string, string>>;

  /** Path of the list in the answer: names separated by dots, like `data.items`. Default: the answer is the list. */
  @IfSet(findPathProblem)
  list?: string;
}

function findUrlProblem(value: unknown, { subParameter, subMember, subHeader }: JsonObject): string | undefined {
  if (typeof value !== 'string' || findOutboundUrlProblem(value) !== undefined) return findOutboundUrlProblem(value);
  const places = value.split(SUB_PLACE).length - 1;
  const [path = '', query = ''] = value.split('?');
  const isInPath = path
    .replace(/^\w+:\/\/[^/]*/, '')
    .split('/')
    .includes(SUB_PLACE);
  if (places > 1 || (places === 1 && !isInPath)) return 'has {sub} more than once, or not as a whole part of the path';
  const set = [
    places > 0,
    ...[subParameter, subMember, subHeader].map((option) => option !== undefined && option !== null),
  ];
  if (set.filter(Boolean).length !== 1) {
    return 'needs exactly one place for the sub of the user: {sub} in the path, subParameter, subMember or subHeader';
  }
  return typeof subParameter === 'string' && new URLSearchParams(query).has(subParameter)
    ? `already has the parameter ${subParameter}`
    : undefined;
}

function findNameProblem(value: unknown): string | undefined {
  return typeof value === 'string' &&
    /^[\w.~-]+$/.test(value) &&
    value !== '__proto__' &&
    value.length <= NAME_MAX_LENGTH
    ? undefined
    : `is not a name of letters, digits, _, -, . and ~, up to ${NAME_MAX_LENGTH} characters`;
}

function findHeaderNameProblem(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > NAME_MAX_LENGTH || !isValid(() => validateHeaderName(value)))
    return 'is not the name of a header';
  return OWN_HEADERS.includes(value.toLowerCase()) ? `is ${value}, which the service sets` : undefined;
}

function findHeadersProblem(value: unknown, findProblem: (value: unknown) => string | undefined): string | undefined {
  if (!isJsonObject(value)) return 'is not a section of headers by name';
  const names = Object.keys(value);
  if (names.length > HEADERS_MAX) return `has ${names.length} headers, more than ${HEADERS_MAX}`;
  const wrongName = names.find((name) => findHeaderNameProblem(name) !== undefined);
  if (wrongName !== undefined) return `has a name that ${findHeaderNameProblem(wrongName)}`;
  const wrong = names.find((name) => findProblem(value[name]) !== undefined);
  return wrong && `${wrong} ${findProblem(value[wrong])}`;
}

function findHeaderValueProblem(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'is not a text (quote it)';
  return value.trim() !== '' && isValid(() => validateHeaderValue('x', value))
    ? undefined
    : 'is not a valid header value';
}

function findHeaderFileProblem(path: unknown): string | undefined {
  return findFileProblem(path, HEADER_FILE_MAX_BYTES, findHeaderValueProblem);
}

function isValid(validate: () => void): boolean {
  try {
    validate();
    return true;
  } catch {
    return false;
  }
}
