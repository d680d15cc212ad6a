import type { ServerResponse } from 'node:http';
import { HARMFUL_HEADERS } from './security-headers.js';

/**
 * A complete HTTP response, not tied to an HTTP framework.
 *
 * @publicApi
 */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string;
}

/**
 * What `@Req()` gives on Express and on Fastify, as far as it is used.
 *
 * @publicApi
 */
export interface HttpRequest {
  readonly method: string;
  /** The request target as the client sent it: path and query. */
  readonly url: string;
  /** The same where a host has mounted the application below a path, which `url` lacks then. */
  readonly originalUrl?: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** IP address of the client, as the framework's setting of trusted proxies tells it. */
  readonly ip?: string | undefined;
}

/** What `@Res()` gives on Fastify, as far as it is used. */
interface FastifyResponse {
  readonly raw: ServerResponse;
  hijack(): unknown;
}

/**
 * What `@Res()` gives: Node's own response on Express, a wrapper of it on Fastify.
 *
 * @publicApi
 */
export type HttpResponse = ServerResponse | FastifyResponse;

/** The answer, and `Set-Cookie` values with it. */
export function withCookies(answer: Answer, cookies: string[]): Answer {
  return { ...answer, headers: { ...answer.headers, 'Set-Cookie': cookies } };
}

/**
 * Writes the answer as it is, past whatever a host application does to responses; cookies that the host has set go with it. For
 * HEAD Node leaves the body out.
 *
 * @publicApi
 */
export function send(response: HttpResponse, { status, headers, body }: Answer): void {
  const raw = rawOf(response);
  const length = Buffer.byteLength(body);
  for (const name of raw.getHeaderNames()) if (HARMFUL_HEADERS.has(name)) raw.removeHeader(name);
  const earlier = raw.getHeader('Set-Cookie');
  raw.writeHead(status, {
    ...headers,
    ...(earlier !== undefined && { 'Set-Cookie': [earlier, headers['Set-Cookie'] ?? []].flat().map(String) }),
    'Content-Length': length,
  });
  // Head and body in one write. What is as long in bytes as in characters is ASCII, and needs no encoding.
  raw.end(body, length === body.length ? 'latin1' : 'utf8');
}

function rawOf(response: HttpResponse): ServerResponse {
  if (!('hijack' in response)) return response;
  response.hijack();
  return response.raw;
}
