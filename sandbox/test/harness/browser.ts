import { request, type IncomingHttpHeaders } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { CookieJar } from 'tough-cookie';
import { loopbackLookup } from '../../src/network/loopback-fetch.js';

export interface Answer {
  readonly url: string;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Navigation {
  readonly method?: 'GET' | 'POST';
  readonly form?: Record<string, string>;
  /** A body that is not a form. */
  readonly body?: string;
  readonly headers?: Record<string, string>;
  /** The page that starts the navigation. Its site decides which SameSite cookies are sent. */
  readonly from?: string;
}

/** The parts of a browser that a login needs: cookies with SameSite, and redirects. */
export class Browser {
  /** @param ca The authority to trust over https, in PEM. */
  constructor(
    private readonly jar = new CookieJar(),
    private readonly ca?: string,
  ) {}

  /** Follows redirects to the first page, or until a redirect leads to a given host. */
  async open(url: string, navigation: Navigation = {}, stopAt?: string): Promise<Answer> {
    let answer = await this.fetch(url, navigation);
    for (let hops = 0; answer.headers.location !== undefined; hops += 1) {
      if (hops > 15) throw new Error(`Too many redirects, the last to ${answer.headers.location}.`);
      const next = new URL(answer.headers.location, answer.url).href;
      if (stopAt !== undefined && new URL(next).host === stopAt) return { ...answer, url: next };
      answer = await this.fetch(next, { from: navigation.from ?? url });
    }
    return answer;
  }

  /** Sends one request, and follows no redirect. */
  async fetch(
    url: string,
    { method = 'GET', form, body: raw, headers = {}, from = url }: Navigation = {},
  ): Promise<Answer> {
    const body = form ? new URLSearchParams(form).toString() : raw;
    const cookie = await this.jar.getCookieString(url, { sameSiteContext: sameSiteContext(from, url, method) });
    const sent = {
      ...(cookie ? { cookie } : {}),
      ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      ...headers,
    };
    const answer = await send(url, method, sent, body, this.ca);
    for (const line of answer.headers['set-cookie'] ?? []) await this.jar.setCookie(line, url);
    return answer;
  }
}

function sameSiteContext(from: string, to: string, method: string): 'strict' | 'lax' | 'none' {
  if (new URL(from).hostname === new URL(to).hostname) return 'strict';
  return method === 'GET' ? 'lax' : 'none';
}

function send(
  url: string,
  method: string,
  headers: Record<string, string>,
  body: string | undefined,
  ca: string | undefined,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = {
      method,
      headers,
      lookup: loopbackLookup,
      agent: false as const,
      ...(ca === undefined ? {} : { ca }),
    };
    const start = url.startsWith('https:') ? tlsRequest : request;
    const outgoing = start(url, options, (response) => {
      const { statusCode: status = 0, headers: received } = response;
      text(response).then((content) => resolve({ url, status, headers: received, body: content }), reject);
    });
    outgoing.once('error', reject).end(body);
  });
}
