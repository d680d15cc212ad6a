import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { AuthRedirectError, type RefusalCode } from '../../auth-redirect/errors.js';
import type { Answer, HttpRequest } from '../../auth-redirect/http/answer.js';
import type { RequestsService } from '../../auth-redirect/requests/requests.service.js';
import type { Connections } from './connection-limits.js';
import { requestOf, type TrustsProxy } from './direct-redirects.js';
import { refusalAnswer, writeAnswer } from './refusals.filter.js';

const CODES: Readonly<Record<string, RefusalCode>> = {
  HPE_HEADER_OVERFLOW: 'request_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

/** Time for a refused client to close its half of the connection. */
const MS_TO_END = 2000;

/**
 * Refuses requests that Node's HTTP server rejects.
 *
 * @param admits Returns whether to answer a request.
 */
export function answerUnreadableRequests(
  server: Server,
  requests: RequestsService,
  trustsProxy: TrustsProxy,
  admits: Connections['admits'],
): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return;
    // Browsers open connections in advance. An unused connection receives no answer, and does not count.
    if (socket.bytesRead === 0) socket.destroy();
    else void refuseConnection(CODES[error.code ?? ''] ?? 'request_not_valid', socket, requests);
  });
  server.on('checkExpectation', (message: IncomingMessage, response: ServerResponse) => {
    if (admits(message, response)) void refuseExpectation(requestOf(message, trustsProxy), response, requests);
  });
}

async function refuseConnection(code: RefusalCode, socket: Socket, requests: RequestsService): Promise<void> {
  // Headers of an invalid request are not trusted, so the address is that of the connection.
  const request = { method: 'GET', url: '', headers: {}, ip: socket.remoteAddress };
  const closing = setTimeout(() => socket.destroy(), MS_TO_END);
  socket.once('close', () => clearTimeout(closing));
  socket.end(serialized(await refusalAnswer(requests, request, new AuthRedirectError(code))));
}

async function refuseExpectation(
  request: HttpRequest,
  response: ServerResponse,
  requests: RequestsService,
): Promise<void> {
  writeAnswer(response, await refusalAnswer(requests, request, new AuthRedirectError('expectation_failed')));
}

/** Follows RFC 9112 section 2.1, because Node has no response object here. */
function serialized({ status, headers, body }: Answer): string {
  const lines = Object.entries({ ...headers, 'Content-Length': Buffer.byteLength(body), Connection: 'close' });
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...lines.map(([name, value]) => `${name}: ${String(value)}`),
    '',
    body,
  ].join('\r\n');
}
