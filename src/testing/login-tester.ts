import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { Clock } from '../auth-redirect/clock.js';
import type { JsonObject } from '../auth-redirect/json.js';
import { TenantsService } from '../auth-redirect/tenants/tenants.service.js';

/**
 * Contains the answer to a request of a login.
 *
 * @publicApi
 */
export interface LoginAnswer {
  readonly status: number;
  /** The page, as HTML. */
  readonly body: string;
  /** URL of the other site to which a step sends the user. */
  readonly location?: string;
  /** Seconds until the page refreshes itself, if it does. */
  readonly refresh?: number;
  /** Claims of the continue token, at the end of the login. */
  readonly claims?: JsonObject;
}

/**
 * Logs in to an application like an Action and a browser, by HTTP on loopback, with Express or Fastify. Listens on a free port unless the
 * application already listens. Follows redirects to steps. If the application imports the module several times, signs for the last
 * import.
 *
 * @example
 * ```ts
 * const login = new LoginTester(app);
 * expect((await login.begin()).body).toContain('Your birthday');
 * const birthday = { 'birthday-year': '1990', 'birthday-month': '12', 'birthday-day': '31' };
 * expect((await login.submit(birthday)).claims).toMatchObject({ outcome: 'completed' });
 * ```
 *
 * @publicApi
 */
export class LoginTester {
  readonly #cookies = new Map<string, string>();
  #tokenField = '';
  #step = '';

  /** @param path Path of the redirect endpoint, with any global prefix. Default: `/redirect`. */
  constructor(
    private readonly app: INestApplication,
    private readonly path = '/redirect',
  ) {}

  /**
   * Begins a login with a valid session token; returns the first page.
   *
   * @param claims More claims of the session token. Default: none; `sub` is `auth0|tester`, `iss` the first issuer.
   */
  async begin(claims: JsonObject = {}): Promise<LoginAnswer> {
    const tenants = this.app.get(TenantsService, { strict: false });
    const { issuer, keyRing, sessionTokenParameter, continueTokenParameter } = tenants.byIssuer(
      claims.iss ?? tenants.all()[0]?.issuer,
    );
    const iat = Math.floor(this.app.get(Clock, { strict: false }).now() / 1000);
    const payload = { iss: issuer, sub: 'auth0|tester', iat, exp: iat + 900, ...claims };
    const token = new JwtService().sign(payload, { secret: keyRing.secrets.current, algorithm: 'HS256' });
    const query = new URLSearchParams({ [sessionTokenParameter]: token, state: randomUUID() });
    this.#tokenField = continueTokenParameter;
    return this.#request(`${this.path}?${query.toString()}`);
  }

  /** Posts the form of the current step. `{ _cancel: 'yes' }` cancels the login. */
  async submit(fields: Readonly<Record<string, string>>): Promise<LoginAnswer> {
    return this.#request(this.#step, { method: 'POST', body: new URLSearchParams(fields) });
  }

  /**
   * Returns from the other site of the current step.
   *
   * @param values Values that the other site adds.
   * @param method Default: `GET`, with the values as query. `POST` sends them as form.
   */
  async returned(values: Readonly<Record<string, string>>, method: 'GET' | 'POST' = 'GET'): Promise<LoginAnswer> {
    const back = this.#step.replace('?', '/return?');
    if (method === 'POST') return this.#request(back, { method, body: new URLSearchParams(values) });
    return this.#request(`${back}&${new URLSearchParams(values).toString()}`);
  }

  /** Requests the page of the current step again. */
  async refresh(): Promise<LoginAnswer> {
    return this.#request(this.#step);
  }

  /**
   * Sends a webhook to a step.
   *
   * @returns The status of the answer.
   */
  async webhook(step: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<number> {
    const url = new URL(`${this.path}/steps/${step}/webhook`, await this.#origin());
    const { status } = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
    return status;
  }

  async #request(target: string, form: Pick<RequestInit, 'method' | 'body'> = {}): Promise<LoginAnswer> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { 'sec-fetch-site': 'same-origin', ...(cookie !== '' && { cookie }) };
    const response = await fetch(new URL(target, await this.#origin()), { ...form, headers, redirect: 'manual' });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    const body = await response.text();
    const location = response.headers.get('location');
    const refresh = Number.parseInt(response.headers.get('refresh') ?? '', 10);
    const shown = { status: response.status, body, ...(refresh > 0 && { refresh }) };
    if (location === null) return { ...shown, ...continueClaims(body, this.#tokenField) };
    // The option publicUrl can name another host.
    const { pathname, search } = new URL(location, response.url);
    if (!pathname.startsWith(`${this.path}/steps/`)) return { status: response.status, body, location };
    this.#step = pathname + search;
    return this.#request(this.#step);
  }

  async #origin(): Promise<string> {
    const server: Server = this.app.getHttpServer();
    if (!server.listening) await this.app.listen(0, '127.0.0.1');
    return this.app.getUrl();
  }
}

function continueClaims(page: string, field: string): Pick<LoginAnswer, 'claims'> {
  const [, token] = new RegExp(`name="${field}" value="([^"]+)"`).exec(page) ?? [];
  return token === undefined ? {} : { claims: new JwtService().decode<JsonObject>(token) };
}
