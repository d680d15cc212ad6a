import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request to /continue. */
export interface Posted {
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  readonly origin: string | undefined;
  readonly referer: string | undefined;
}

/**
 * Sites for names of `*.localhost`: a start page, a tenant's /continue that redirects over a third site, and the app's
 * callback. The sites only record and redirect.
 */
export class TenantStand extends EventEmitter<{ posted: [] }> {
  readonly posted: Posted[] = [];
  /** Whether /continue redirects the browser; if not, it answers 204. */
  sendsOn = true;
  readonly #server: Server;

  private constructor() {
    super();
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<TenantStand> {
    const stand = new TenantStand();
    stand.#server.listen(0, '127.0.0.1');
    await once(stand.#server, 'listening');
    return stand;
  }

  at(site: 'start' | 'tenant' | 'between' | 'app', path: string): string {
    return `http://${site}.localhost:${(this.#server.address() as AddressInfo).port}${path}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (request.method === 'POST' && pathname === '/continue') {
      this.posted.push({
        query: searchParams,
        form: new URLSearchParams(await bodyOf(request)),
        origin: request.headers.origin,
        referer: request.headers.referer,
      });
      this.emit('posted');
      if (this.sendsOn) response.writeHead(302, { Location: this.at('between', '/hop') });
      else response.writeHead(204);
      response.end();
    } else if (pathname === '/hop') response.writeHead(303, { Location: this.at('app', '/callback') }).end();
    else if (pathname === '/start') page(response, `start <a href="${searchParams.get('to')}">sign in</a>`);
    else if (pathname === '/callback')
      page(response, 'signed in <script>opener?.postMessage("signed in", "*")</script>');
    else response.writeHead(404).end();
  }
}

function page(response: ServerResponse, html: string): void {
  response
    .writeHead(200, { 'Content-Type': 'text/html' })
    .end(`<!doctype html><html lang="en"><title>x</title>${html}`);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
