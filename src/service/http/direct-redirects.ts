import type { IncomingMessage, RequestListener } from 'node:http';
import proxyAddress from 'proxy-addr';
import { send, type Answer, type HttpRequest } from '../../auth-redirect/pages/answer.js';
import type { RedirectService } from '../../auth-redirect/redirect.service.js';
import type { RequestsService } from '../../auth-redirect/requests.service.js';
import { refusalAnswer } from './refusal-answer.js';

/** Whether an address is that of a proxy of ours, counted from the connection on. */
export type TrustsProxy = (address: string, hops: number) => boolean;

/**
 * Answers redirects as the controller does, without the framework in between: of what a router, guards, pipes and interceptors
 * could do, the service does nothing, and they take longer than the token.
 */
export function directRedirects(
  redirects: RedirectService,
  requests: RequestsService,
  trustsProxy: TrustsProxy,
): RequestListener {
  const answer = async (request: HttpRequest): Promise<Answer> => {
    try {
      return await redirects.answer(request);
    } catch (fault) {
      return refusalAnswer(requests, request, fault);
    }
  };
  return (request, response) => {
    void answer(requestOf(request, trustsProxy)).then((answered) => send(response, answered));
  };
}

/** As Express tells it. */
function requestOf(message: IncomingMessage, trustsProxy: TrustsProxy): HttpRequest {
  const { method = '', url = '', headers } = message;
  return { method, url, headers, ip: proxyAddress(message, trustsProxy) };
}
