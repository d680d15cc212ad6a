import type { HttpRequest } from '../../auth-redirect/http/answer.js';

/** What proxies call a request by. Node joins a header that came twice with a comma, which no reference may have. */
export function requestIdOf({ headers }: HttpRequest): string | readonly string[] | undefined {
  return headers['x-request-id'];
}
