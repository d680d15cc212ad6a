import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { readTextFile } from '../auth-redirect/files.js';
import { validOptions } from '../auth-redirect/validation/validate.js';
import { HttpClientError } from './http-client.error.js';
import { CA_FILE_MAX_BYTES, HttpClientSettings, type HttpClientOptions } from './http-client.options.js';
import { isPrivateAddress, lookupPublic } from './private-addresses.js';

/**
 * Describes a request to another server.
 *
 * @publicApi
 */
export interface HttpClientRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Absolute URL. Its host must come from configuration, never from a browser. */
  readonly url: string;
  /** Headers of the request. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Body of the request. Default: none. */
  readonly body?: string;
  /** Whether the request may be sent twice: it changes nothing or has an idempotency key. Default: true for GET. */
  readonly isRepeatable?: boolean;
}

/**
 * Describes an answer with any status.
 *
 * @publicApi
 */
export interface HttpClientResponse {
  readonly status: number;
  /** Headers by lower-case name; only the first of repeated headers. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  /**
   * Returns the parsed body.
   *
   * @throws HttpClientError `invalid_json`
   */
  readonly json: () => unknown;
}

const TEMPORARY: readonly number[] = [429, 502, 503, 504];

/** Pause in milliseconds, doubled for each further retry. */
const PAUSE_MS = 250;

/**
 * Calls other servers from a step, with one deadline for all retries, and a size limit. Follows no redirects, and refuses private
 * addresses. Opens a connection for each request: an old one may be closed, and not all requests can be repeated.
 *
 * @example
 * ```ts
 * const client = new HttpClient({ timeout: 3 });
 * const { status, json } = await client.send({ method: 'GET', url: 'https://api.example.com/roles' });
 * ```
 *
 * @publicApi
 */
export class HttpClient {
  readonly #settings: HttpClientSettings;

  /** @throws AuthRedirectOptionsError with every problem. */
  constructor(options: HttpClientOptions = {}) {
    this.#settings = validOptions('httpClient', HttpClientSettings, options);
  }

  /**
   * Sends a request.
   *
   * @returns The answer with any status; redirects are not followed.
   * @throws HttpClientError `timeout`, `connection_failed`, `address_refused`, `response_too_large` or `response_incomplete`.
   */
  async send(request: HttpClientRequest): Promise<HttpClientResponse> {
    const signal = AbortSignal.timeout(this.#settings.timeout * 1000);
    const { isRepeatable = request.method === 'GET' } = request;
    try {
      for (let retries = isRepeatable ? this.#settings.retries : 0; ; retries -= 1) {
        const answer = await this.#try(request, signal).catch((error: unknown) => errorOf(error));
        const isTemporary = answer instanceof Error ? answer.code === 'connection_failed' : isBusy(answer);
        if (!isTemporary || retries === 0 || signal.aborted) return valueOf(answer);
        await delay(PAUSE_MS * 2 ** (this.#settings.retries - retries), undefined, { signal });
      }
    } catch (error) {
      throw signal.aborted ? new HttpClientError('timeout') : error;
    }
  }

  async #try(request: HttpClientRequest, signal: AbortSignal): Promise<HttpClientResponse> {
    const url = new URL(request.url);
    const sent = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, this.#optionsOf(request, url, signal));
    // A deadline during the body fails both the response and the request.
    sent.on('error', () => undefined).end(request.body);
    const [response]: IncomingMessage[] = await once(sent, 'response', { signal });
    if (!response) throw new HttpClientError('connection_failed');
    const text = await textOf(response, this.#settings.maxBytes);
    return {
      status: response.statusCode ?? 0,
      headers: Object.fromEntries(
        Object.entries(response.headersDistinct).map(([name, values]) => [name, values?.[0]]),
      ),
      text,
      json: () => parsed(text),
    };
  }

  #optionsOf({ method, headers }: HttpClientRequest, { hostname }: URL, signal: AbortSignal): RequestOptions {
    const { allowPrivateAddresses, caFile } = this.#settings;
    const address = hostname.replace(/^\[(.*)\]$/, '$1');
    // Node does not call `lookup` for an address.
    if (!allowPrivateAddresses && isIP(address) && isPrivateAddress(address))
      throw new HttpClientError('address_refused');
    return {
      method,
      headers: { accept: 'application/json', 'accept-encoding': 'identity', ...headers },
      agent: false,
      signal,
      ...(!allowPrivateAddresses && { lookup: lookupPublic }),
      ...(caFile !== undefined && { ca: readTextFile(caFile, CA_FILE_MAX_BYTES) }),
    };
  }
}

/** @throws HttpClientError `response_too_large` or `response_incomplete` */
async function textOf(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) throw new HttpClientError('response_too_large');
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof HttpClientError ? error : new HttpClientError('response_incomplete', systemCodeOf(error));
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpClientError('invalid_json');
  }
}

function isBusy({ status }: HttpClientResponse): boolean {
  return TEMPORARY.includes(status);
}

function valueOf(answer: HttpClientResponse | HttpClientError): HttpClientResponse {
  if (answer instanceof HttpClientError) throw answer;
  return answer;
}

/** Drops the original message, which may name host and port. */
function errorOf(error: unknown): HttpClientError {
  return error instanceof HttpClientError ? error : new HttpClientError('connection_failed', systemCodeOf(error));
}

function systemCodeOf(error: unknown): string | undefined {
  const { code }: { code?: unknown } = Object(error);
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? code : undefined;
}
