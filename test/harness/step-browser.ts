import type { Reply, Served } from './application.js';
import { continueFormOf } from './page.js';
import { decode, type Members } from './tokens.js';

/** What a browser would do with the pages of the steps, one request at a time and with its cookies in the open. */
export class StepBrowser {
  private static arrivals = 0;
  cookies = new Map<string, string>();
  /** Where the last redirect led to. */
  location = '';

  constructor(private readonly host: Served) {}

  /** The redirect as Auth0 makes it, in a login of its own where no state is given. */
  async arrive(sessionToken: string, state = `state-${(StepBrowser.arrivals += 1)}`): Promise<Reply> {
    return this.#taken(await this.host.redirect(sessionToken, state, { headers: this.#headers() }));
  }

  async get(target = this.location): Promise<Reply> {
    return this.#taken(await this.host.request(target, { headers: this.#headers() }));
  }

  /** Comes back from another site; where that was the last step, goes on to the address without what the site has added. */
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

  /** Another browser tab's, or thief's, view of the same cookies; or the same browser at another replica. */
  copy(host = this.host): StepBrowser {
    return Object.assign(new StepBrowser(host), { cookies: new Map(this.cookies), location: this.location });
  }

  #headers(): Record<string, string> {
    if (this.cookies.size === 0) return {};
    return { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
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

/** Claims of the token that a continue page posts. */
export function continueClaimsOf({ body }: Reply): Members {
  return decode(continueFormOf(body).sessionToken).claims;
}
