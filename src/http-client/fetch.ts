import type { HttpClient } from './http-client.js';

/** Statuses whose answers have no body (Fetch standard). */
const WITHOUT_BODY = [204, 205, 304];

/** The subset of `fetch` that libraries for OAuth and JOSE use. */
type Fetch = (
  url: string,
  options: { readonly method?: string; readonly headers?: Headers | Record<string, string>; readonly body?: unknown },
) => Promise<Response>;

/** Returns a `fetch` with the limits of the client. Sends only forms as body. Ignores `signal`. */
export function fetchWith(client: HttpClient): Fetch {
  return async (url, { method, headers, body }) => {
    const {
      status,
      headers: received,
      text,
    } = await client.send({
      method: method === 'POST' ? 'POST' : 'GET',
      url,
      headers: Object.fromEntries(new Headers(headers)),
      ...(body instanceof URLSearchParams && { body: body.toString() }),
    });
    const entries = Object.entries(received).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return new Response(WITHOUT_BODY.includes(status) ? null : text, { status, headers: entries });
  };
}
