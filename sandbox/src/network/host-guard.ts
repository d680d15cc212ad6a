import type { RequestHandler } from 'express';

/**
 * Rejects other host names. Otherwise a web page could read the recorded logins by DNS rebinding.
 *
 * @param more Names that are mapped to this server.
 */
export function hostGuard(hostname: string, more: readonly string[] = []): RequestHandler {
  const names = new Set([hostname, ...more, 'localhost', '127.0.0.1', '[::1]']);
  return (request, response, next) => {
    const host = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
    if (names.has(host)) next();
    else response.status(421).type('text').send(`This server answers to ${hostname} only.\n`);
  };
}
