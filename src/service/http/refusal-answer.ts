import type { Answer, HttpRequest } from '../../auth-redirect/http/answer.js';
import { dataHeaders } from '../../auth-redirect/http/security-headers.js';
import type { RequestsService } from '../../auth-redirect/requests/requests.service.js';

/** What is left to say where even a refusal cannot be told: nothing that could fail as well. */
const LAST_WORDS: Answer = {
  status: 500,
  headers: dataHeaders('text/plain; charset=utf-8'),
  body: 'Something went wrong on our side. Please sign in again.',
};

/** The answer to a refused request. A fault while it is made ends neither the process nor in silence. */
export async function refusalAnswer(requests: RequestsService, request: HttpRequest, thrown: unknown): Promise<Answer> {
  try {
    return await requests.begin(request).refused(thrown);
  } catch {
    return LAST_WORDS;
  }
}
