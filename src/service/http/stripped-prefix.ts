import type { IncomingMessage, Server } from 'node:http';
import { Logger } from '@nestjs/common';
import type { TrustsProxy } from './direct-redirects.js';

const ADVICE = 'set PUBLIC_URL to the redirect endpoint as browsers see it, or browsers get a 404 for the first step';

/**
 * Logs one warning if a trusted proxy reports that it removes a path prefix. Without PUBLIC_URL, the URLs of steps lack that prefix. Logs
 * at most 100 characters of the header and does not use it otherwise, because many proxies forward a header of the client.
 */
export function warnOfStrippedPrefix(server: Server, trustsProxy: TrustsProxy): void {
  server.on('request', function check({ headers, socket }: IncomingMessage) {
    const prefix = encodeURI(String(headers['x-forwarded-prefix'] ?? '').slice(0, 100));
    if (prefix.length < 2 || !trustsProxy(socket.remoteAddress ?? '', 0)) return;
    server.off('request', check);
    new Logger('Http').warn(`a proxy removes the path prefix ${prefix} (X-Forwarded-Prefix): ${ADVICE}`);
  });
}
