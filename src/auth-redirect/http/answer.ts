import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { HARMFUL_HEADERS } from './security-headers.js';

/**
 * Represents a complete HTTP response, independent of the HTTP framework.
 *
 * @publicApi
 */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string;
}

/**
 * Contains the members of `@Req()` that the module uses, on Express and on Fastify.
 *
 * @publicApi
 */
export interface HttpRequest {
  readonly method: string;
  /** The request target as the client sent it: path and query. */
  readonly url: string;
  /** The full request target if the application is mounted below a path: `url` lacks that path. */
  readonly originalUrl?: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** IP address of the client, according to the framework's trusted proxies. */
  readonly ip?: string | undefined;
  /** `http` or `https`, according to the framework's trusted proxies. Default: unknown. */
  readonly protocol?: string | undefined;
}

/** The members of Fastify's reply that the module uses. */
interface FastifyResponse {
  readonly raw: ServerResponse;
  hijack(): unknown;
}

/**
 * Is the type of `@Res()`: Node's response on Express, a wrapper of it on Fastify.
 *
 * @publicApi
 */
export type HttpResponse = ServerResponse | FastifyResponse;

/** Adds `Set-Cookie` headers. */
export function withCookies(answer: Answer, cookies: string[]): Answer {
  return { ...answer, headers: { ...answer.headers, 'Set-Cookie': cookies } };
}

/**
 * Sends an answer unchanged, apart from cookies that the host application has set. For HEAD, Node omits the body.
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
  // Node writes headers and body at once. A body with as many bytes as characters is ASCII.
  raw.end(body, length === body.length ? 'latin1' : 'utf8');
}
