import { createHmac } from 'node:crypto';

// A whole login over HTTP, from the Action's session token to the verified continue token. The file needs only Node,
// and tests copy it into hosts of every module system.

export const ISSUER = 'example.eu.auth0.com';
export const SECRET = 'pQ3vN8xZr5tY1wK6mB9cL2fH7jD4gS0a';

type Claims = Record<string, unknown>;

export class Login {
  readonly #cookies = new Map<string, string>();
  readonly #state = `state-${Math.random().toString(36).slice(2)}`;
  /** The target of the last redirect. */
  location: string;
  status = 0;
  body = '';

  private constructor(origin: string, claims: Claims) {
    const now = Math.floor(Date.now() / 1000);
    const token = signed({ iss: ISSUER, sub: 'auth0|visitor', iat: now, exp: now + 900, ip: '203.0.113.7', ...claims });
    const query = new URLSearchParams({ session_token: token, state: this.#state });
    this.location = `${origin}/redirect?${query.toString()}`;
  }

  /** Sends the redirect like Auth0, and returns the page at its end. */
  static async start(origin: string, claims: Claims = {}): Promise<Login> {
    const login = new Login(origin, claims);
    await login.#request('GET');
    return login;
  }

  /** Posts the form of the current page. */
  async post(fields: Record<string, string>): Promise<void> {
    await this.#request('POST', new URLSearchParams(fields));
  }

  /** Returns the claims of the continue token, after verifying the signature and the state. */
  continueClaims(): Claims {
    const action = this.#attribute(/<form[^>]* action="([^"]*)"/);
    const state = this.#attribute(/name="state" value="([^"]*)"/);
    const claims = verified(this.#attribute(/name="session_token" value="([^"]*)"/));
    const isOurs = action === `https://${ISSUER}/continue?state&#x3D;${this.#state}`;
    if (!isOurs || state !== this.#state || claims.state !== this.#state)
      throw new Error(`the continue page is that of another login: ${this.body}`);
    return claims;
  }

  async #request(method: 'GET' | 'POST', body?: URLSearchParams): Promise<void> {
    const headers = {
      cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      'sec-fetch-site': method === 'POST' ? 'same-origin' : 'cross-site',
    };
    const response = await fetch(this.location, { method, headers, redirect: 'manual', ...(body && { body }) });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      this.#cookies.set(name, value);
    }
    this.status = response.status;
    this.body = await response.text();
    const location = response.headers.get('location');
    if (response.status !== 303 || location === null) return;
    this.location = new URL(location, this.location).href;
    await this.#request('GET');
  }

  #attribute(pattern: RegExp): string {
    const value = pattern.exec(this.body)?.[1];
    if (value === undefined) throw new Error(`${this.status}, and no ${pattern.source} in ${this.body}`);
    return value;
  }
}

function signed(claims: Claims): string {
  const input = [{ alg: 'HS256', typ: 'JWT' }, claims].map((part) => encoded(JSON.stringify(part))).join('.');
  return `${input}.${signatureOf(input)}`;
}

function verified(token: string): Claims {
  const [header = '', claims = '', signature = ''] = token.split('.');
  if (signature !== signatureOf(`${header}.${claims}`)) throw new Error(`not signed with the secret: ${token}`);
  return JSON.parse(Buffer.from(claims, 'base64url').toString()) as Claims;
}

function signatureOf(input: string): string {
  return createHmac('sha256', SECRET).update(input).digest('base64url');
}

function encoded(text: string): string {
  return Buffer.from(text).toString('base64url');
}
