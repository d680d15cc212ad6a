import type { Request, RequestHandler } from 'express';
import { html } from '../pages/html.js';

type IsKnown = (origin: string) => boolean;

/**
 * Refuses requests from unrelated pages. Otherwise any site in the same browser could run Actions, which may send
 * messages.
 */
export function ownPagesOnly(isKnown: IsKnown): RequestHandler {
  return (request, response, next) => {
    const { origin = '' } = request.headers;
    const isRead = ['GET', 'HEAD', 'OPTIONS'].includes(request.method);
    if (isRead || !isForeign(request) || isKnown(origin)) next();
    else response.status(403).type('text').send('This request comes from another site, which is not a known app.\n');
  };
}

/**
 * Accepts only page navigations. Otherwise a hidden image of another site could log the user in again. A frame, as in
 * silent logins, first gets a page that names its allowed apps.
 *
 * @param origins Origins of the apps.
 */
export function pagesOnly(origins: readonly string[]): RequestHandler {
  return (request, response, next) => {
    const { 'sec-fetch-mode': mode, 'sec-fetch-dest': target = 'document' } = request.headers;
    if (!isForeign(request) || (mode === 'navigate' && target === 'document')) next();
    else if (mode === 'navigate' && request.method === 'GET' && ['iframe', 'frame'].includes(target)) {
      const ancestors = origins.length > 0 ? origins.join(' ') : "'none'";
      response.set('Content-Security-Policy', `default-src 'none'; frame-ancestors ${ancestors}`);
      response.type('html').send(framePage(request.originalUrl));
    } else response.status(403).type('text').send('Only a page may open this address.\n');
  };
}

/** The tenant's own pages send no origin, because of no-referrer. */
function isForeign({ headers }: Request): boolean {
  const { 'sec-fetch-site': site, origin = 'null', host } = headers;
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  return origin !== 'null' && origin.replace(/^https?:\/\//, '') !== host;
}

function framePage(url: string): string {
  const page = html`<!doctype html><meta http-equiv="refresh" content="0;url=${url}" /><title>Log in</title>`;
  return page.toString();
}
