import type { ServerResponse } from 'node:http';
import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { AuthRedirectError } from '../../auth-redirect/errors.js';
import { send, type Answer, type HttpRequest } from '../../auth-redirect/http/answer.js';
import { dataHeaders } from '../../auth-redirect/http/security-headers.js';
import { faultOf } from '../../auth-redirect/requests/fault.js';
import { RequestsService } from '../../auth-redirect/requests/requests.service.js';

/** Static answer, in case building the page throws. */
const LAST_RESORT: Answer = {
  status: 500,
  headers: dataHeaders('text/plain; charset=utf-8'),
  body: 'Something went wrong on our side. Please sign in again.',
};

/** Refuses requests that never reach the module, with the module's pages. */
@Catch()
export class RefusalsFilter implements ExceptionFilter {
  constructor(private readonly requests: RequestsService) {}

  async catch(thrown: unknown, host: ArgumentsHost): Promise<void> {
    const http = host.switchToHttp();
    const response = http.getResponse<ServerResponse>();
    const answer = await refusalAnswer(this.requests, http.getRequest<HttpRequest>(), fromHttpException(thrown));
    if (!response.headersSent) writeAnswer(response, answer);
  }
}

/** Returns an answer even if building its page fails. */
export async function refusalAnswer(requests: RequestsService, request: HttpRequest, thrown: unknown): Promise<Answer> {
  try {
    return await requests.begin(request).refused(thrown);
  } catch {
    return LAST_RESORT;
  }
}

/** On failure, closes the connection instead of crashing the process. */
export function writeAnswer(response: ServerResponse, answer: Answer): void {
  try {
    send(response, answer);
  } catch (error) {
    new Logger('Http').error({ message: 'the answer could not be written', fault: faultOf(error) });
    response.destroy();
  }
}

function fromHttpException(thrown: unknown): unknown {
  if (!(thrown instanceof HttpException)) return thrown;
  if (thrown.getStatus() === 404) return new AuthRedirectError('not_found');
  return thrown.getStatus() < 500 ? new AuthRedirectError('request_not_valid') : thrown;
}
