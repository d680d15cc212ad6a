'use strict';
// As much of a browser as a login needs: cookies, and one request after the other. CommonJS, so that Jest can require it.
const http = require('node:http');
const { CookieJar } = require('tough-cookie');

const TIMEOUT_MS = 10_000;
const MAX_PAGE_BYTES = 1024 * 1024;

/** `*.localhost` is this machine in every browser (RFC 6761, 6.3), and unknown to many resolvers. */
function lookup(hostname, options, done) {
  if (!/(^|\.)localhost$/.test(hostname)) return done(new Error(`${hostname} is not on this machine`));
  const address = { address: '127.0.0.1', family: 4 };
  return options.all ? done(null, [address]) : done(null, address.address, address.family);
}

function exchange({ method, url, body, headers }) {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method, headers, lookup, timeout: TIMEOUT_MS, agent: false }, (response) => {
      const chunks = [];
      let size = 0;
      response.on('data', (chunk) => {
        size += chunk.length;
        if (size > MAX_PAGE_BYTES) request.destroy(new Error('the page is longer than 1 MB'));
        else chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () => resolve({ response, text: Buffer.concat(chunks).toString('utf8') }));
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
    request.on('error', reject);
    request.end(body);
  });
}

/** One browser: what it is told to remember, it sends along, until it is thrown away. */
class Browser {
  #jar = new CookieJar(undefined, { rejectPublicSuffixes: false });

  /**
   * One request and its answer; redirects are not followed.
   *
   * @param {{ method: string, url: string, fields?: Record<string, string>, accept?: string }} step
   */
  async send({ method, url, fields, accept = 'text/html' }) {
    const body = fields && new URLSearchParams(fields).toString();
    const cookie = await this.#jar.getCookieString(url);
    const headers = {
      accept,
      ...(cookie && { cookie }),
      ...(body && { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) }),
    };
    const { response, text } = await exchange({ method, url, body, headers });
    for (const line of response.headers['set-cookie'] ?? []) await this.#jar.setCookie(line, url);
    const { location } = response.headers;
    return { status: response.statusCode, location: location && new URL(location, url).href, text };
  }
}

module.exports = { Browser };
