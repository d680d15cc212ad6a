import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import express from 'express';
import { asUnreadForm, secretFromHeader } from '../src/tenant/token-route.js';
import { Browser } from './harness/browser.js';
import { build, DIST } from './harness/sandbox-process.js';

describe('a client’s secret in the Authorization header', () => {
  let server: Server;
  let url: string;

  beforeAll(async () => {
    const app = express().use(secretFromHeader, (request, response) => {
      response.json({ body: request.body ?? null, header: request.headers.authorization ?? null });
    });
    server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`;
  });

  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });

  async function post(authorization: string): Promise<unknown> {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams({ code: 'c' }),
    });
    return response.json();
  }

  it('moves into the body, form-decoded', async () => {
    const header = `Basic ${Buffer.from('my+app:a%3Ab%26c').toString('base64')}`;
    expect(await post(header)).toEqual({
      body: { code: 'c', client_id: 'my app', client_secret: 'a:b&c' },
      header: null,
    });
  });

  it('is not changed if it is not Basic authentication', async () => {
    expect(await post('Bearer token')).toEqual({ body: null, header: 'Bearer token' });
  });
});

describe('a body that was read before', () => {
  it('can be read again by the listener, as the changed form', async () => {
    const listener = async (request: IncomingMessage, response: ServerResponse) => {
      const { headers, method, url } = request;
      response.end(JSON.stringify({ body: await text(request), length: headers['content-length'], method, url }));
    };
    const app = express().use('/oauth/token', secretFromHeader, asUnreadForm(listener));
    const server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const headers = { authorization: `Basic ${Buffer.from('app:secret').toString('base64')}` };
    const init = { method: 'POST', headers, body: new URLSearchParams({ code: 'ä b' }) };
    // Sends two requests on one connection.
    for (const _ of [1, 2]) {
      const response = await fetch(`http://127.0.0.1:${port}/oauth/token`, init);
      expect(await response.json()).toEqual({
        ...{ body: 'code=%C3%A4+b&client_id=app&client_secret=secret', length: '48', method: 'POST' },
        url: '/oauth/token',
      });
    }
    server.close();
    server.closeAllConnections();
  });
});

describe('a client that sends its secret in the header', () => {
  it('gets its tokens, and oidc-provider warns of nothing', async () => {
    build();
    const client = ['--client-id', 'service', '--client-secret', 'secret'];
    const options = ['--action', __filename, '--no-app', '--port', '0', '--json', ...client];
    const child = spawn(process.execPath, [join(DIST, 'cli.js'), ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
    const printed = text(child.stderr);
    const [line] = await once(createInterface(child.stdout), 'line');
    const { tenant }: { tenant: string } = JSON.parse(String(line));
    for (const content of [
      { form: { grant_type: 'client_credentials', audience: 'https://api.example.com' } },
      {
        body: JSON.stringify({ grant_type: 'client_credentials', audience: 'https://api.example.com' }),
        headers: { 'content-type': 'application/json' },
      },
    ]) {
      const authorization = `Basic ${Buffer.from('service:secret').toString('base64')}`;
      const headers = { ...content.headers, authorization };
      const { status, body } = await new Browser().fetch(`${tenant}/oauth/token`, {
        method: 'POST',
        ...content,
        headers,
      });
      expect([status, JSON.parse(body)]).toMatchObject([200, { token_type: 'Bearer' }]);
    }
    child.kill();
    expect(await printed).not.toMatch(/WARNING/);
  }, 60_000);
});
