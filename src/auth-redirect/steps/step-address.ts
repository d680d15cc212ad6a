import type { HttpRequest } from '../http/answer.js';

const LOGIN_ID = /^[\w-]{16}$/;

/**
 * Returns the address of a step's page: below the path of `publicUrl`, or of this request, because a host may have added a prefix.
 *
 * @param publicUrl The redirect endpoint as browsers see it; a proxy may have removed a part of its path.
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

/** Returns the path and query at which another site sends the user back to a step; parameters as for {@link stepAddress}. */
export function returnPath(...parameters: Parameters<typeof stepAddress>): string {
  return stepAddress(...parameters).replace('?', '/return?');
}

/**
 * Returns the address at which another site sends the user back to a step.
 *
 * @param publicUrl The redirect endpoint as browsers see it.
 */
export function returnAddress(publicUrl: string | undefined, stepId: string, loginId: string): string {
  if (publicUrl === undefined) throw new Error('the option publicUrl is not set');
  return `${publicUrl.replace(/\/$/, '')}/steps/${stepId}/return?login=${loginId}`;
}

/** Returns the login id of a step's address; undefined if it has none, several, or a malformed one. */
export function loginIdOf({ url }: Pick<HttpRequest, 'url'>): string | undefined {
  const [id, ...more] = new URLSearchParams(queryOf(url)).getAll('login');
  return id !== undefined && LOGIN_ID.test(id) && more.length === 0 ? id : undefined;
}

/** Returns the query without its question mark. */
export function queryOf(url: string): string {
  return url.includes('?') ? url.slice(url.indexOf('?') + 1) : '';
}

/** The request target may name another host (RFC 9112 section 3.2.2): the result is always a path of this one. */
function pathOf(target: string): string {
  const path = target.split('?', 1)[0] ?? '';
  return path.replace(/^[a-z][a-z\d+.-]*:\/\/[^/]*/i, '').replace(/^\/*/, '/');
}
