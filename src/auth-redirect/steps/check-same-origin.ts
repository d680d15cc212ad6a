import { AuthRedirectError } from '../errors.js';
import type { HttpRequest } from '../pages/answer.js';

/**
 * A form counts only where one of our own pages posted it. `Sec-Fetch-Site` cannot be set by a page (W3C Fetch Metadata
 * section 2.4); a browser that is too old to send it sends `Origin`.
 */
export function checkSameOrigin({ headers }: HttpRequest): void {
  const site = headers['sec-fetch-site'];
  const isOurs = site === undefined ? isOwnOrigin(headers) : site === 'same-origin';
  if (!isOurs) throw new AuthRedirectError('cross_site_request');
}

/** Hosts compare without the scheme, which only the proxy in front knows. */
function isOwnOrigin({ origin, host }: HttpRequest['headers']): boolean {
  return typeof origin === 'string' && URL.canParse(origin) && new URL(origin).host === host;
}
