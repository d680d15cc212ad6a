import { AuthRedirectError } from '../errors.js';
import type { HttpRequest } from '../http/answer.js';

/**
 * A form counts only where one of our own pages posted it. `Sec-Fetch-Site` cannot be set by a page (W3C Fetch Metadata
 * section 2.4); a browser that is too old to send it sends `Origin`.
 *
 * @param publicUrl The option of that name.
 */
export function checkSameOrigin({ headers }: HttpRequest, publicUrl: string | undefined): void {
  const site = headers['sec-fetch-site'];
  const isOurs = site === undefined ? isOwnOrigin(headers, publicUrl) : site === 'same-origin';
  if (!isOurs) throw new AuthRedirectError('cross_site_request');
}

/** Where the public address is not known, hosts compare without the scheme, which only the proxy in front knows. */
function isOwnOrigin({ origin, host }: HttpRequest['headers'], publicUrl: string | undefined): boolean {
  if (typeof origin !== 'string' || !URL.canParse(origin)) return false;
  if (publicUrl !== undefined) return origin === new URL(publicUrl).origin;
  return origin === new URL(origin).origin && new URL(origin).host === host;
}
