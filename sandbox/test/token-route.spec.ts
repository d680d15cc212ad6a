import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import express from 'express';
import { secretFromHeader } from '../src/tenant/token-route.js';

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

  it('becomes that of the body, form-decoded', async () => {
    const header = `Basic ${Buffer.from('my+app:a%3Ab%26c').toString('base64')}`;
    expect(await post(header)).toEqual({
      body: { code: 'c', client_id: 'my app', client_secret: 'a:b&c' },
      header: null,
    });
  });

  it('is left alone where it is none', async () => {
    expect(await post('Bearer token')).toEqual({ body: null, header: 'Bearer token' });
  });
});
