import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ListRequest {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/**
 * The endpoint's answer. A text is the body of a 200, except: `hang` never answers, `reset` resets the connection,
 * `cut` ends in the middle of the body.
 */
export type ListAnswer =
  string | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string };

/** An HTTP server on loopback that returns lists for users. */
export class ListEndpoint {
  readonly requests: ListRequest[] = [];
  answer: ListAnswer | ((request: ListRequest) => ListAnswer) = '[]';
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#handle(request, response));
  }

  static async start(): Promise<ListEndpoint> {
    const endpoint = new ListEndpoint();
    endpoint.#server.listen(0, '127.0.0.1');
    await once(endpoint.#server, 'listening');
    return endpoint;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => void this.#server.close(resolve));
  }

  get origin(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method, url, headers } = request;
    const received = { method, url, headers, body: Buffer.concat(chunks).toString() };
    this.requests.push(received);
    const answer = typeof this.answer === 'function' ? this.answer(received) : this.answer;
    if (answer === 'hang') return;
    if (answer === 'reset') return void request.socket.resetAndDestroy();
    if (answer === 'cut') {
      response.writeHead(200, { 'content-length': '100' }).write('["a"');
      return void setImmediate(() => request.socket.destroy());
    }
    const { status, headers: extra = {}, body } = typeof answer === 'string' ? { status: 200, body: answer } : answer;
    response.writeHead(status, { 'content-type': 'application/json', ...extra }).end(body);
  }
}
