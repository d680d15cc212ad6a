import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { HARMFUL_HEADERS } from './security-headers.js';

/**
 * Represents a complete HTTP response, independent of the framework.
 *
 * @publicApi
 */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string;
}

/**
 * Contains the used members of `@Req()`, on Express and Fastify.
 *
 * @publicApi
 */
export interface HttpRequest {
  readonly method: string;
  /** Path and query as the client sent them. */
  readonly url: string;
  /** The full path and query if the application is mounted below a path. `url` then lacks that path. */
  readonly originalUrl?: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Client's IP address, according to the framework's trusted proxies. */
  readonly ip?: string | undefined;
  /** `http` or `https`, according to the framework's trusted proxies. Default: unknown. */
  readonly protocol?: string | undefined;
}

interface FastifyResponse {
  readonly raw: ServerResponse;
  hijack(): unknown;
}

/**
 * Describes `@Res()`: Node's response on Express, its wrapper on Fastify.
 *
 * @publicApi
 */
export type HttpResponse = ServerResponse | FastifyResponse;

export function withCookies(answer: Answer, cookies: string[]): Answer {
  return { ...answer, headers: { ...answer.headers, 'Set-Cookie': cookies } };
}

/**
 * Sends an answer unchanged, apart from cookies of the host application. For HEAD, Node omits the body.
 *
 * @publicApi
 */
export function send(response: HttpResponse, { status, headers, body }: Answer): void {
  if ('hijack' in response) response.hijack();
  const raw = 'hijack' in response ? response.raw : response;
  const length = Buffer.byteLength(body);
  for (const name of raw.getHeaderNames()) if (HARMFUL_HEADERS.has(name)) raw.removeHeader(name);
  const earlier = raw.getHeader('Set-Cookie');
  const sent: OutgoingHttpHeaders = { ...headers, 'Content-Length': length };
  if (earlier !== undefined) sent['Set-Cookie'] = [earlier, headers['Set-Cookie'] ?? []].flat().map(String);
  raw.writeHead(status, sent);
  // With `latin1`, Node writes headers and body at once. A body with as many bytes as characters is ASCII.
  raw.end(body, length === body.length ? 'latin1' : 'utf8');
}
