import type { Reply, Served } from './application.js';
import { continueFormOf } from './page.js';
import { decode, type Members } from './tokens.js';

/** A browser for the pages of steps: one request at a time, with visible cookies. */
export class StepBrowser {
  private static arrivals = 0;
  cookies = new Map<string, string>();
  /** Target of the last redirect. */
  location = '';
  /** The Host header. Default: the address that the application listens on. */
  site: string | undefined;
  /** Headers for each request. */
  extraHeaders: Readonly<Record<string, string>> = {};

  constructor(private readonly host: Served) {}

  /** Requests the redirect endpoint like Auth0. Default state: a new one. */
  async arrive(sessionToken: string, state = `state-${(StepBrowser.arrivals += 1)}`): Promise<Reply> {
    return this.#taken(await this.host.redirect(sessionToken, state, { headers: this.#headers() }));
  }

  async get(target = this.location): Promise<Reply> {
    return this.#taken(await this.host.request(target, { headers: this.#headers() }));
  }

  /**
   * Returns from another site. After the last step, follows the redirect to the address without that site's parameters.
   */
  async back(target: string): Promise<Reply> {
    const reply = await this.get(target);
    const step = /\/steps\/([\w-]+)\/return\?/.exec(target)?.[1] ?? '';
    return reply.status === 303 && this.location.includes(`/steps/${step}?`) ? this.get() : reply;
  }

  async post(
    fields: Record<string, string>,
    target = this.location,
    headers: Record<string, string> = {},
  ): Promise<Reply> {
    const call = {
      method: 'POST',
      body: new URLSearchParams(fields).toString(),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'sec-fetch-site': 'same-origin',
        ...this.#headers(),
        ...headers,
      },
    };
    return this.#taken(await this.host.request(target, call));
  }

  /** Returns a copy with the same cookies: another tab, a thief, or the same browser at another replica. */
  copy(host = this.host): StepBrowser {
    const { location, site } = this;
    return Object.assign(new StepBrowser(host), { cookies: new Map(this.cookies), location, site });
  }

  #headers(): Record<string, string> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    return {
      ...this.extraHeaders,
      ...(this.site !== undefined && { host: this.site }),
      ...(cookie !== '' && { cookie }),
    };
  }

  #taken(reply: Reply): Reply {
    for (const cookie of reply.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    if (reply.headers.location !== undefined) this.location = reply.headers.location;
    return reply;
  }
}

/** Returns the claims of the token that a continue page posts. */
export function continueClaimsOf({ body }: Reply): Members {
  return decode(continueFormOf(body).sessionToken).claims;
}
