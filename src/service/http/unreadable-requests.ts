import { STATUS_CODES, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { AuthRedirectError } from '../../auth-redirect/errors.js';
import type { Answer } from '../../auth-redirect/pages/answer.js';
import type { RequestsService } from '../../auth-redirect/requests.service.js';

/** Requests that Node's HTTP parser refuses never become a request; they are answered like every other refusal. */
export function answerUnreadableRequests(server: Server, requests: RequestsService): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return;
    const code = error.code === 'HPE_HEADER_OVERFLOW' ? 'request_too_large' : 'request_not_valid';
    const answer = requests.begin({ method: 'GET', url: '', headers: {} }).refused(new AuthRedirectError(code));
    socket.end(serialized(answer));
  });
}

/** RFC 9112 section 2.1, by hand, because there is no response object yet. */
function serialized({ status, headers, body }: Answer): string {
  const lines = Object.entries({ ...headers, 'Content-Length': Buffer.byteLength(body), Connection: 'close' });
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...lines.map(([name, value]) => `${name}: ${value}`),
    '',
    body,
  ].join('\r\n');
}
