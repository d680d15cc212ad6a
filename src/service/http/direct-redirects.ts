import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import proxyAddress from 'proxy-addr';
import { send, type Answer, type HttpRequest } from '../../auth-redirect/http/answer.js';
import type { RedirectService } from '../../auth-redirect/redirect/redirect.service.js';
import type { RequestsService } from '../../auth-redirect/requests/requests.service.js';
import { refusalAnswer } from './refusal-answer.js';

/** Whether an address is that of a proxy of ours, counted from the connection on. */
export type TrustsProxy = (address: string, hops: number) => boolean;

/**
 * Answers redirects as the controller does, without the framework in between: of what a router, guards, pipes and interceptors
 * could do, the service does nothing, and they take longer than the token.
 *
 * Requests that arrived together are read one after the other, then answered one after the other, then their answers are written:
 * each part finds its code and data in the processor's caches, and the other end is woken once.
 */
export function directRedirects(
  redirects: RedirectService,
  requests: RequestsService,
  trustsProxy: TrustsProxy,
  beforeAnswer: (response: ServerResponse) => void,
): RequestListener {
  const answer = async (request: HttpRequest): Promise<Answer> => {
    try {
      return await redirects.answer(request);
    } catch (fault) {
      return refusalAnswer(requests, request, fault);
    }
  };
  const write = (response: ServerResponse, answered: Answer): void => {
    beforeAnswer(response);
    send(response, answered);
  };
  return (message, response) => {
    const request = requestOf(message, trustsProxy);
    setImmediate(() => {
      void answer(request).then((answered) => setImmediate(write, response, answered));
    });
  };
}

function requestOf(message: IncomingMessage, trustsProxy: TrustsProxy): HttpRequest {
  const { method = '', url = '', headers } = message;
  return { method, url, headers, ip: addressOf(message, trustsProxy) };
}

/** As Express tells it. Who says nothing of others has nobody to be trusted. */
function addressOf(message: IncomingMessage, trustsProxy: TrustsProxy): string | undefined {
  const isForwarded = message.headers['x-forwarded-for'] !== undefined;
  return isForwarded ? proxyAddress(message, trustsProxy) : message.socket.remoteAddress;
}
