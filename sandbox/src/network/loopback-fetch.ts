import { lookup as systemLookup } from 'node:dns';
import { request, type IncomingMessage } from 'node:http';
import { request as tlsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** Resolves `localhost` names, as RFC 6761 section 6.3 recommends and browsers do. Many system resolvers do not. */
export const loopbackLookup: LookupFunction = (hostname, options, callback) => {
  if (!isLocalhostName(hostname)) {
    systemLookup(hostname, options, callback);
  } else if (options.all) {
    callback(null, [{ address: '127.0.0.1', family: 4 }]);
  } else {
    callback(null, '127.0.0.1', 4);
  }
};

/** Returns true for `localhost` and names below it (RFC 6761). */
export function isLocalhostName(hostname: string): boolean {
  return /(^|\.)localhost$/i.test(hostname);
}

/**
 * Node's `fetch` accepts a resolver only with a package. This function uses `node:http` and supports only the features
 * that an OpenID client needs.
 *
 * @param ca The only certificate to trust over https. Default: those that Node trusts.
 */
export function loopbackFetch(ca?: string): typeof fetch {
  return async (input, init) => {
    const wanted = new Request(input, init);
    const body = wanted.body ? Buffer.from(await wanted.arrayBuffer()) : undefined;
    const response = await send(wanted, body, ca);
    const { statusCode: status = 502 } = response;
    const content = await buffer(response);
    // The statuses allow no body, not even an empty one.
    return new Response([204, 205, 304].includes(status) ? null : content, { status, headers: headersOf(response) });
  };
}

function send(wanted: Request, body: Buffer | undefined, ca: string | undefined): Promise<IncomingMessage> {
  // Node sets no length for DELETE.
  const length = body && { 'content-length': String(body.length) };
  const headers = { ...Object.fromEntries(wanted.headers), ...length };
  const options = { method: wanted.method, headers, lookup: loopbackLookup, signal: wanted.signal };
  return new Promise((resolve, reject) => {
    const isTls = new URL(wanted.url).protocol === 'https:';
    const sent = isTls
      ? tlsRequest(wanted.url, { ...options, ...(ca === undefined ? {} : { ca }) }, resolve)
      : request(wanted.url, options, resolve);
    sent.once('error', reject).end(body);
  });
}

function headersOf(response: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(response.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  return headers;
}
