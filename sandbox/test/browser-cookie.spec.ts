import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { browserIdOf, ensureBrowserId } from '../src/tenant/browser-cookie.js';

const [ID, OTHER] = ['i'.repeat(43), 'o'.repeat(43)];

function requestWith(cookie: string, socket = new Socket()): IncomingMessage {
  return Object.assign(new IncomingMessage(socket), { headers: { cookie } });
}

describe('the pair of cookies that binds a state to its browser', () => {
  it.each([
    ['http', new Socket(), ''],
    ['https', new TLSSocket(new Socket()), '; Secure'],
  ])('is set over %s', (_scheme, socket, compatSecure) => {
    const request = requestWith('', socket);
    const response = new ServerResponse(request);
    const id = ensureBrowserId(request, response);
    expect(id).toMatch(/^[\w-]{43}$/);
    expect(response.getHeader('Set-Cookie')).toEqual([
      `auth0=${id}; Path=/; HttpOnly; Secure; SameSite=None`,
      `auth0_compat=${id}; Path=/; HttpOnly${compatSecure}`,
    ]);
  });

  it.each([
    [`auth0=${ID}`, ID],
    [`auth0_compat=${ID}`, ID],
    [`auth0_compat=${OTHER}; auth0=${ID}`, ID],
    [`auth0=${ID}; auth0_compat=${OTHER}`, ID],
    [`auth0=short; auth0_compat=${ID}`, undefined],
    [`xauth0=${ID}; auth0_compatible=${ID}`, undefined],
    ['', undefined],
  ])('with %j is the browser %j', (cookie, id) => {
    expect(browserIdOf(requestWith(cookie))).toBe(id);
  });

  it('keeps the browser id of either cookie', () => {
    for (const name of ['auth0', 'auth0_compat']) {
      const request = requestWith(`${name}=${ID}`);
      expect(ensureBrowserId(request, new ServerResponse(request))).toBe(ID);
    }
  });
});
