import { CARD, CONTRAST_MIN, contrastOf, DARK_CARD, type Color } from './contrast.js';

/** Returns the problem of a value and its solution, without quoting the value; undefined if valid. */
export type FindProblem = (value: unknown) => string | undefined;

/** RFC 7518 section 3.2: an HS256 key has at least as many bits as the hash. */
export const SECRET_MIN_BYTES = 32;

/** Auth0's limit, in characters. */
export const SECRET_MAX_LENGTH = 4096;

/** Maximum time from `iat` to `exp` of a session token. No login at Auth0 lasts longer. */
export const LIFETIME_MAX_SECONDS = 3600;

/** The lifetime that Auth0 advises. */
export const CONTINUE_TOKEN_LIFETIME_MIN_SECONDS = 60;

/** 64 random hexadecimal digits have about 16 different characters. */
const SECRET_MIN_DISTINCT = 8;

/** Placeholders from examples and generators. */
const PLACEHOLDERS =
  /random-256-bits-secret|change[-_ ]?(?:me|this|it)|placeholder|replace[-_ ]?me|your[-_ ][\w- ]*secret/i;

/** Names that are safe in messages. */
export const PLAIN_NAME = /^[a-z0-9][a-z0-9._-]{0,59}$/;

/** Quotes that shells and YAML remove, but files and `docker --env-file` keep. */
const QUOTED = /^(?:(['"`]).*\1|[\u2018-\u201a].*[\u2018\u2019]|[\u201c-\u201e].*[\u201c\u201d])$/su;

/** Quotes left by copying or by a shell. */
const QUOTED_AT_ONE_END = /^['"`\u2018-\u201e]|['"`\u2018-\u201e]$/u;

/** Without slashes, or with backslashes, some parsers read a URL as relative. */
const ABSOLUTE_URL = /^https?:\/\/[^/\\\s\p{Cc}][^\\\s\p{Cc}]*$/iu;

const LOGO_DATA = /^data:image\/(?:svg\+xml|png|jpeg|webp);base64,[A-Za-z0-9+/]+={0,2}$/;
const LOGO_MAX_LENGTH = 32_768;

const HOST = /^(?:localhost|[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+)(?::\d{1,5})?$/i;

/** After a typo, a secret or the text around it can become a name. */
export function shownName(name = ''): string {
  return name.length < SECRET_MIN_BYTES && /^[\w-]+$/.test(name) ? name : '(an invalid name)';
}

export const findIssuerProblem: FindProblem = (value) => {
  if (typeof value !== 'string' || value === '') return 'is missing: the host of the tenant, like example.eu.auth0.com';
  if (HOST.test(value) && URL.canParse(`https://${value}/`)) return undefined;
  if (isWebUrl(value) && !/[?#]/.test(value)) return undefined;
  return 'is neither a host (example.eu.auth0.com) nor an https URL (https://example.eu.auth0.com/)';
};

export const findSecretProblem: FindProblem = (value) => {
  if (typeof value !== 'string' || value === '')
    return 'is missing: 32 random bytes or more, from: openssl rand -base64 48';
  if (value.length > SECRET_MAX_LENGTH) return `has over ${SECRET_MAX_LENGTH} characters, which Auth0 does not store`;
  const problem = findKeyProblem(value);
  if (problem !== undefined) return problem;
  if (PLACEHOLDERS.test(value)) return 'is a placeholder: make one with openssl rand -base64 48';
  if (/\p{Cc}/u.test(value)) return 'contains line breaks or control characters, which Auth0 does not keep unchanged';
  return undefined;
};

/** Accepts any key that is long and random enough for HS256. */
export function findKeyProblem(value: string): string | undefined {
  const bytes = Buffer.byteLength(value, 'utf8');
  if (bytes < SECRET_MIN_BYTES) return `has ${bytes} bytes, HS256 needs ${SECRET_MIN_BYTES} or more`;
  if (new Set(value).size < SECRET_MIN_DISTINCT)
    return 'repeats a few characters: make one with openssl rand -base64 48';
  const half = QUOTED_AT_ONE_END.test(value)
    ? 'has a quote at one end, which would be part of it: remove it'
    : undefined;
  return findFrameProblem(value) ?? half;
}

/** Rejects white space and quotes around a text that is compared exactly. */
export function findFrameProblem(value: string): string | undefined {
  if (value.trim() !== value) return 'has white space around it, which would be part of it: remove it';
  return QUOTED.test(value) ? 'is in quotes, which would be part of it: remove them' : undefined;
}

export const findTextProblem: FindProblem = (value) => {
  if (typeof value !== 'string') return value === undefined ? 'is missing' : 'is not a text';
  return value === '' ? 'is empty' : findFrameProblem(value);
};

export const findPathProblem: FindProblem = (value) => (typeof value === 'string' ? undefined : 'is not a path');

export const findStepIdProblem: FindProblem = (value) =>
  typeof value === 'string' && /^[a-z][a-z0-9-]{0,39}$/.test(value)
    ? undefined
    : 'is not an id of a-z, 0-9 and -, starting with a letter, up to 40 characters';

/** The step registry checks the ids. */
export const findStepIdsProblem: FindProblem = (value) => {
  if (!Array.isArray(value) || !value.every((id) => typeof id === 'string')) return notList(value, 'step ids');
  const [repeated] = value.filter((id, index) => value.indexOf(id) < index);
  return repeated === undefined ? undefined : `names ${repeated} twice: name each step once`;
};

/** Rejects names that Auth0 or the service use for other values. */
export const findParameterProblem: FindProblem = (value) => {
  if (typeof value !== 'string' || !/^[A-Za-z][\w-]{0,63}$/.test(value))
    return 'is not a name of letters, digits, _ and -, starting with a letter, up to 64 characters';
  return ['state', 'ui_locales', 'login'].includes(value) ? 'is the name of another parameter' : undefined;
};

export function findListProblem(value: unknown, content: string): string | undefined {
  if (!Array.isArray(value)) return notList(value, content);
  return value.length === 0 ? 'is empty' : undefined;
}

/** In YAML, a single text instead of a list is a common mistake. */
export function notList(value: unknown, content: string): string {
  return `${typeof value === 'string' ? 'is a text, not' : 'is not'} a list of ${content}`;
}

export const findContinueUrlProblem: FindProblem = (value) => {
  if (typeof value !== 'string' || !isWebUrl(value)) {
    return 'is not an https URL (http only on localhost and *.localhost), like https://example.eu.auth0.com/continue';
  }
  return /[?#]/.test(value) ? 'has a query or fragment: the state is added to it, so leave both out' : undefined;
};

export const findLifetimeProblem: FindProblem = (value) =>
  findWholeNumberProblem(value, CONTINUE_TOKEN_LIFETIME_MIN_SECONDS, LIFETIME_MAX_SECONDS, 'of seconds ');

/** @param unit Follows “whole number”, like `of seconds `. */
export function findWholeNumberProblem(value: unknown, min: number, max: number, unit = ''): string | undefined {
  const isIn = Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
  return isIn ? undefined : `is not a whole number ${unit}from ${min} to ${max}`;
}

export const findLinkProblem: FindProblem = (value) =>
  typeof value === 'string' && isWebUrl(value)
    ? undefined
    : 'is not an https URL (http only on localhost and *.localhost), like https://app.example.com/login';

export const findPublicUrlProblem: FindProblem = (value) => {
  if (typeof value !== 'string' || !isWebUrl(value)) {
    return 'is not an https URL (http only on localhost and *.localhost), like https://steps.example.com/redirect';
  }
  return /[?#]/.test(value) ? 'has a query or fragment: leave both out' : undefined;
};

export const findSupportLinkProblem: FindProblem = (value) =>
  typeof value === 'string' && /^mailto:[^\s@<>"]+@[^\s@<>"]+$/.test(value) ? undefined : findLinkProblem(value);

export const findLogoProblem: FindProblem = (value) => {
  if (typeof value === 'string' && value.startsWith('data:')) {
    if (!LOGO_DATA.test(value)) return 'is not a data: URL of image/svg+xml, png, jpeg or webp in base64';
    return value.length > LOGO_MAX_LENGTH
      ? `has over ${LOGO_MAX_LENGTH} characters, and every page would contain them`
      : undefined;
  }
  return findLinkProblem(value) && 'is neither an https nor a data: URL of a picture';
};

export const findAccentColorProblem: FindProblem = (value) => colorProblemOn(CARD, value);

export const findDarkAccentColorProblem: FindProblem = (value) => colorProblemOn(DARK_CARD, value);

function colorProblemOn(background: Color, value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^#[0-9a-f]{6}$/i.test(value)) return 'is not a color like #2743c9';
  const contrast = contrastOf(value, background);
  return contrast < CONTRAST_MIN
    ? `has a contrast of ${contrast.toFixed(2)} to ${background}, WCAG 2.2 requires ${CONTRAST_MIN}`
    : undefined;
}

/** Accepts http only if the traffic cannot leave the machine (RFC 6761 section 6.3). Rejects user name and password. */
function isWebUrl(text: string): boolean {
  if (!ABSOLUTE_URL.test(text) || !URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username || password) return false;
  return protocol === 'https:' || (protocol === 'http:' && isLocalhost(hostname));
}

function isLocalhost(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost');
}
