import type { HttpRequest } from '../http/answer.js';

const LOGIN_ID = /^[\w-]{16}$/;

/**
 * Returns the path and query of a step's page. The path begins like `publicUrl` or, if unset, this request: a host can add a prefix.
 *
 * @param publicUrl The redirect endpoint as browsers see it; a proxy may have removed a part of the path.
 */
export function stepAddress(
  stepId: string,
  loginId: string,
  { originalUrl, url }: Pick<HttpRequest, 'url' | 'originalUrl'>,
  publicUrl: string | undefined,
): string {
  const requested = pathOf(originalUrl ?? url).replace(/\/steps\/[^/]*(?:\/return)?\/?$/, '');
  const base = publicUrl === undefined ? requested : new URL(publicUrl).pathname;
  return `${base.replace(/\/$/, '')}/steps/${stepId}?login=${loginId}`;
}

/** Returns the path and query to which another site returns the user. */
export function returnPath(...parameters: Parameters<typeof stepAddress>): string {
  return stepAddress(...parameters).replace('?', '/return?');
}

/** @param publicUrl The redirect endpoint as browsers see it. */
export function returnAddress(publicUrl: string | undefined, stepId: string, loginId: string): string {
  if (publicUrl === undefined) throw new Error('the option publicUrl is missing');
  return `${publicUrl.replace(/\/$/, '')}/steps/${stepId}/return?login=${loginId}`;
}

/**
 * Contains the redirect URI of an OAuth client, the same for all logins, and the `state` that identifies the login.
 *
 * @publicApi
 */
export interface StepCallback {
  /** Absolute URL of the step's return, without a query. */
  readonly url: string;
  /** `<login id>.<proof>`, of `A-Z a-z 0-9 - _ .`, 60 characters. */
  readonly state: string;
}

/**
 * @param publicUrl The redirect endpoint as browsers see it.
 * @param proof A value that only this service can derive for this login and step.
 */
export function callbackOf(
  publicUrl: string | undefined,
  stepId: string,
  loginId: string,
  proof: Uint8Array,
): StepCallback {
  const [url = ''] = returnAddress(publicUrl, stepId, loginId).split('?');
  return { url, state: `${loginId}.${Buffer.from(proof).toString('base64url')}` };
}

/** Returns the login id of a step's URL or a callback's `state`; undefined if missing, repeated or malformed. */
export function loginIdOf({ url }: Pick<HttpRequest, 'url'>): string | undefined {
  const query = new URLSearchParams(queryOf(url));
  const [id, ...more] = isCallback({ url })
    ? query.getAll('state').map((state) => state.split('.', 1)[0])
    : query.getAll('login');
  return id !== undefined && LOGIN_ID.test(id) && more.length === 0 ? id : undefined;
}

/** A callback is a step's return URL without `login`. */
export function isCallback({ url }: Pick<HttpRequest, 'url'>): boolean {
  const [path = ''] = url.split('?', 1);
  return /\/return\/?$/.test(path) && !new URLSearchParams(queryOf(url)).has('login');
}

/** Ignores text that the step appended to `state` after a dot. */
export function hasState({ url }: Pick<HttpRequest, 'url'>, { state }: StepCallback): boolean {
  const [sent = ''] = new URLSearchParams(queryOf(url)).getAll('state');
  return sent === state || sent.startsWith(`${state}.`);
}

/** Omits the question mark. */
export function queryOf(url: string): string {
  return url.includes('?') ? url.slice(url.indexOf('?') + 1) : '';
}

/** A request target can name another host (RFC 9112 section 3.2.2). The result is always a path. */
function pathOf(target: string): string {
  const path = target.split('?', 1)[0] ?? '';
  return path.replace(/^[a-z][a-z\d+.-]*:\/\/[^/]*/i, '').replace(/^\/*/, '/');
}
