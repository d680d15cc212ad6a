import type { Request, RequestHandler } from 'express';
import { html } from '../pages/html.js';

/** Tells whether an origin belongs to an app that may log in here. */
type IsKnown = (origin: string) => boolean;

/**
 * Refuses forms and scripts of pages that have nothing to do with the tenant: any site that is open in the same browser
 * could otherwise make Actions run, and those may send messages.
 */
export function ownPagesOnly(isKnown: IsKnown): RequestHandler {
  return (request, response, next) => {
    const { origin = '' } = request.headers;
    const isRead = ['GET', 'HEAD', 'OPTIONS'].includes(request.method);
    if (isRead || !isForeign(request) || isKnown(origin)) next();
    else response.status(403).type('text').send('A page of another site sent this. It is no page of a known app.\n');
  };
}

/**
 * Lets a browser open an address as a page only: with a session, a hidden image of another site would be enough to log
 * in again. A frame, as silent logins use it, is told which apps may hold it before it goes on.
 *
 * @param origins Those of the apps.
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

/** True for what a browser sends on behalf of another origin. The tenant's own pages tell no origin, as no-referrer has it. */
function isForeign({ headers }: Request): boolean {
  const { 'sec-fetch-site': site, origin = 'null', host } = headers;
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  return origin !== 'null' && origin.replace(/^https?:\/\//, '') !== host;
}

function framePage(url: string): string {
  const page = html`<!doctype html><meta http-equiv="refresh" content="0;url=${url}" /><title>Log in</title>`;
  return page.toString();
}
