import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { AuthRedirectError } from '../../auth-redirect/errors.js';
import { send, type HttpRequest, type HttpResponse } from '../../auth-redirect/http/answer.js';
import { RequestsService } from '../../auth-redirect/requests/requests.service.js';
import { refusalAnswer } from './refusal-answer.js';

/** What does not reach the redirect endpoint is refused in the same way: page, headers, log line. */
@Catch()
export class RefusalsFilter implements ExceptionFilter {
  constructor(private readonly requests: RequestsService) {}

  async catch(thrown: unknown, host: ArgumentsHost): Promise<void> {
    const http = host.switchToHttp();
    const response = http.getResponse<HttpResponse>();
    const answer = await refusalAnswer(this.requests, http.getRequest<HttpRequest>(), refusalOf(thrown));
    if (!isAnswered(response)) send(response, answer);
  }
}

function refusalOf(thrown: unknown): unknown {
  if (!(thrown instanceof HttpException)) return thrown;
  if (thrown.getStatus() === 404) return new AuthRedirectError('not_found');
  return thrown.getStatus() < 500 ? new AuthRedirectError('request_not_valid') : thrown;
}

function isAnswered(response: HttpResponse): boolean {
  return 'raw' in response ? response.raw.headersSent : response.headersSent;
}
