import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

export interface GatewayRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Respond = (response: ServerResponse, request: IncomingMessage) => unknown;

/** Answers with a status and a body. */
export const answers =
  (status: number, body = '{}', headers: Record<string, string> = {}): Respond =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);

/** Failures of a gateway, with their log text. */
export const FAILURES: readonly (readonly [name: string, respond: Respond, logged: string])[] = [
  ['resets the connection', (_response, { socket }) => void socket.resetAndDestroy(), 'connection_failed (ECONNRESET)'],
  [
    'ends the connection early',
    (response) => void response.writeHead(200, { 'content-length': '9' }).write('{'),
    'timeout',
  ],
  ['hangs', () => undefined, 'timeout'],
  ['answers late', (response) => void setTimeout(() => response.end('{}'), 3000).unref(), 'timeout'],
  ['has an error', answers(500), 'status 500'],
  ['has too many requests', answers(429), 'status 429'],
  ['redirects', answers(302, '', { location: 'http://localhost:1/' }), 'status 302'],
  ['answers with too much', answers(200, JSON.stringify('x'.repeat(100_000))), 'response_too_large'],
  ['answers with something else than JSON', answers(200, '<html>'), 'invalid_json'],
  [
    'rejects the number',
    answers(200, '{"messages":[{"status":"9","to":"4915112345678"}]}'),
    'status 200, but messages.0.status is 9',
  ],
  ['answers without the value', answers(200, '{"messages":[]}'), 'status 200, but messages.0.status is another value'],
];

/** A real HTTP server on loopback that accepts messages like a gateway. */
export class Gateway {
  readonly requests: GatewayRequest[] = [];
  /** Default: 200, with a status 0 for the message. */
  respond: Respond = answers(200, '{"messages":[{"status":"0"}]}');

  private constructor(private readonly server: Server) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => void this.#take(request, response));
  }

  static async start(): Promise<Gateway> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Gateway(server);
  }

  get url(): string {
    return `http://localhost:${(this.server.address() as AddressInfo).port}`;
  }

  /** Returns the options of a gateway that answers like the SMS API of Vonage. */
  options() {
    return {
      url: `${this.url}/send`,
      body: { json: { to: '{{to}}', text: '{{text}}' } },
      success: { statuses: [200], json: { path: 'messages.0.status', values: ['0'] } },
      allowPrivateAddresses: true,
    };
  }

  /** Returns the messages to a number, the latest last. */
  textsTo(number: string): string[] {
    return this.requests
      .map(({ body }) => JSON.parse(body) as { to: string; text: string })
      .filter(({ to }) => to === number)
      .map(({ text }) => text);
  }

  /** Returns the code in the latest message to a number. */
  codeFor(number: string): string {
    return /\d{6}/.exec(this.textsTo(number).at(-1) ?? '')?.[0] ?? '';
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url: path = '', headers } = request;
    this.requests.push({ method, path, headers, body: Buffer.concat(chunks).toString() });
    this.respond(response, request);
  }
}
