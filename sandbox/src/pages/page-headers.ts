import type { RequestHandler, Response } from 'express';

/**
 * No `form-action`: Chromium applies it to every redirect after a form, and a login is a chain of redirects. No
 * Cross-Origin-Opener-Policy: it cuts a popup off from its app.
 */
const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

export const pageHeaders: RequestHandler = (_request, response, next) => {
  response.set(HEADERS);
  next();
};

export function sendPage(response: Response, page: string, status = 200): void {
  response.status(status).type('html').send(page);
}
