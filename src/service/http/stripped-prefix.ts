import type { IncomingMessage, Server } from 'node:http';
import { Logger } from '@nestjs/common';
import type { TrustsProxy } from './direct-redirects.js';

const ADVICE = 'set PUBLIC_URL to the redirect endpoint as browsers see it, or browsers get a 404 for the first step';

/**
 * Warns once if a trusted proxy removes a path prefix: without PUBLIC_URL, the URLs of steps lack it. Only logs the header, up to 100
 * characters, because many proxies forward a client's header.
 */
export function warnOfStrippedPrefix(server: Server, trustsProxy: TrustsProxy): void {
  server.on('request', function check({ headers, socket }: IncomingMessage) {
    const prefix = encodeURI(String(headers['x-forwarded-prefix'] ?? '').slice(0, 100));
    if (prefix.length < 2 || !trustsProxy(socket.remoteAddress ?? '', 0)) return;
    server.off('request', check);
    new Logger('Http').warn(`a proxy removes the path prefix ${prefix} (X-Forwarded-Prefix): ${ADVICE}`);
  });
}
