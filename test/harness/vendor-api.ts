import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EXTERNAL_OPTIONS, ExternalStep, type ExternalOptions } from '../../src/steps/external/index.js';
import { HostApplication, type AdapterName } from './application.js';
import { StepBrowser } from './step-browser.js';
import { tokenWith, NOW, type Members } from './tokens.js';
import { PUBLIC_URL } from './vendor.js';

export const WEBHOOK_SECRET = 'whsec_Zt48sQm1Ya70kWcB6x';
export const API_KEY = 'Bearer sk-Rf93LdHeZt48';

/** Failures of the API. */
export type Failure =
  'hangs' | 'resets' | '500' | '429' | '302' | 'huge' | 'not JSON' | 'empty' | 'another login' | 'no handle' | 'late';

/** A received request. */
interface Received {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

/** The page of a session: its user chooses the result. */
const SESSION_PAGE = `<!doctype html><title>Identity Inc.</title><form method="post">
<button name="status" value="verified">Approve</button>
<button name="status" value="canceled">Decline</button>
<button>Return without a result</button></form>`;

/**
 * A vendor on loopback: `POST /sessions` creates a session, `GET /sessions/<id>` returns its result, `/verify/<id>`
 * shows its page to the user.
 */
export class VendorApi {
  readonly received: Received[] = [];
  readonly sessions = new Map<string, string>();
  /** Results that users chose on the page, by session. Other sessions have `status`. */
  readonly chosen = new Map<string, string>();
  readonly #returnUrls = new Map<string, string>();
  /** The status in results. */
  status = 'processing';
  failure: Failure | undefined;
  /** Address of the page for users. Default: the vendor's own page. */
  address: string | undefined;
  /** A session whose result is not final, regardless of `status`. */
  pendingSession = '';
  /** Additional members of every answer. */
  more: Members = {};
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<VendorApi> {
    const api = new VendorApi();
    await new Promise<void>((resolve) => void api.#server.listen(0, 'localhost', resolve));
    return api;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => void this.#server.close(resolve));
  }

  get origin(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Returns options for a vendor whose session is created first and whose result is read. */
  options(headerFile: string): object {
    return {
      vendor: 'Identity Inc.',
      start: {
        url: `${this.origin}/sessions`,
        headerFiles: { Authorization: headerFile },
        form: { client_reference_id: '{handle}', return_url: '{returnUrl}', 'options[locale]': '{locale}' },
        address: '$.url',
        session: '$.id',
        hosts: ['localhost'],
      },
      result: {
        url: `${this.origin}/sessions/{session}`,
        headerFiles: { Authorization: headerFile },
        handle: '$.client_reference_id',
        status: '$.status',
        accepted: ['verified'],
        declined: ['canceled'],
        claims: { document: '$.outputs[0].type', age: '$.outputs[0].age' },
      },
      http: { timeout: 1, retries: 0, allowPrivateAddresses: true },
    };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const { method = '', url: path = '', headers } = request;
    if (path.startsWith('/verify/')) return this.#visit(method, sessionIn(path), body, response);
    this.received.push({ method, path, body, headers });
    if (this.failure !== undefined && this.#fails(response)) return;
    if (headers.authorization !== API_KEY) return void response.writeHead(401).end();
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(method === 'POST' ? this.#created(body) : this.#result(path)));
  }

  /** Shows the page of a session, or sends its user back. */
  #visit(method: string, session: string, body: string, response: ServerResponse): void {
    if (method !== 'POST') return void response.setHeader('content-type', 'text/html').end(SESSION_PAGE);
    const status = new URLSearchParams(body).get('status');
    if (status) this.chosen.set(session, status);
    response.writeHead(303, { location: this.#returnUrls.get(session) ?? '' }).end();
  }

  #created(body: string): Members {
    const id = `vs_${this.sessions.size + 1}`;
    const form = new URLSearchParams(body);
    this.sessions.set(id, form.get('client_reference_id') ?? '');
    this.#returnUrls.set(id, form.get('return_url') ?? '');
    return { id, url: this.address ?? `${this.origin}/verify/${id}`, ...this.more };
  }

  #result(path: string): Members {
    const session = sessionIn(path);
    const handles: Members = { 'another login': 'x', 'no handle': undefined };
    const failure = this.failure ?? '';
    return {
      client_reference_id: failure in handles ? handles[failure] : this.sessions.get(session),
      status: this.chosen.get(session) ?? (session === this.pendingSession ? 'processing' : this.status),
      outputs: [{ type: 'passport' }],
    };
  }

  /** @returns Whether a failure replaces the usual answer. */
  #fails(response: ServerResponse): boolean {
    switch (this.failure) {
      case 'hangs':
        return true;
      case 'resets':
        response.destroy();
        return true;
      case '500':
      case '429':
        response.writeHead(Number(this.failure)).end('{}');
        return true;
      case '302':
        response.writeHead(302, { location: `${this.origin}/sessions/vs_1` }).end();
        return true;
      case 'huge':
        response.end(JSON.stringify({ status: 'verified', text: 'x'.repeat(100_000) }));
        return true;
      case 'not JSON':
        response.end('<html>');
        return true;
      case 'empty':
        response.end('null');
        return true;
      case 'late':
        response.write('{');
        return true;
      case 'another login':
      case 'no handle':
      case undefined:
        return false;
      default:
        return this.failure satisfies never;
    }
  }
}

function sessionIn(path: string): string {
  return path.split('/').at(-1) ?? '';
}

/** Starts a host with the step. */
export async function hostWith(
  adapter: AdapterName,
  options: object,
  publicUrl = PUBLIC_URL,
): Promise<HostApplication> {
  return HostApplication.start(
    adapter,
    { publicUrl },
    'recorded',
    [ExternalStep],
    [{ provide: EXTERNAL_OPTIONS, useValue: options as ExternalOptions }],
    {},
    { rawBody: true },
  );
}

let logins = 0;

/** Opens the page of the step as a new user. */
export async function arrived(host: HostApplication): Promise<StepBrowser> {
  const [browser] = await arrivedTwice(host);
  return browser;
}

/** Opens the page of the step in two browsers with one link. */
export async function arrivedTwice(host: HostApplication): Promise<[StepBrowser, StepBrowser]> {
  logins += 1;
  const token = tokenWith({ steps: ['external'], sub: `auth0|${logins}`, nonce: `vendor-api-${logins}` });
  const browsers: [StepBrowser, StepBrowser] = [new StepBrowser(host), new StepBrowser(host)];
  for (const browser of browsers) await browser.arrive(token, `vendor-api-${logins}`);
  return browsers;
}

/** Signs a webhook like Stripe and Persona. */
export function listedSignature(body: string, { time = NOW, secret = WEBHOOK_SECRET } = {}): string {
  return `t=${time},v1=${createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')}`;
}
