import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { Logger } from '@nestjs/common';
import type { Answer, HttpRequest } from '../../src/auth-redirect/http/answer.js';
import type { RequestsService } from '../../src/auth-redirect/requests/requests.service.js';
import { directRedirects } from '../../src/service/http/direct-redirects.js';
import { send } from '../harness/application.js';

const OK: Answer = { status: 200, headers: {}, body: 'ok' };
const REFUSED: Answer = { status: 500, headers: {}, body: 'refused' };
const REQUESTS = { begin: () => ({ refused: async () => REFUSED }) } as unknown as RequestsService;

describe('a direct answer', () => {
  let server: Server;
  let port: number;
  let answer: (request: HttpRequest) => Promise<Answer>;
  beforeAll(async () => {
    Logger.overrideLogger(false);
    const redirects = { answer: async (request: HttpRequest) => answer(request) };
    const trustsProxy = (_address: string, hops: number): boolean => hops < 1;
    server = createServer(directRedirects(redirects, REQUESTS, { beforeAnswer: () => undefined }, trustsProxy));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as { port: number });
  });
  afterAll(() => {
    Logger.overrideLogger(true);
    server.close();
  });
  const request = async (headers: Record<string, string> = {}) =>
    send({ host: '127.0.0.1', port, path: '/redirect', headers });

  it('that cannot be written ends the connection, not the process', async () => {
    answer = async () => ({ ...OK, headers: { Location: 'a line\nbreak' } });
    await expect(request()).rejects.toMatchObject({ code: 'ECONNRESET' });
    answer = async () => OK;
    expect(await request()).toMatchObject({ status: 200, body: 'ok' });
  });

  it('that fails is a refusal', async () => {
    answer = async () => Promise.reject(new Error('a fault'));
    expect(await request()).toMatchObject({ status: 500, body: 'refused' });
  });

  it('knows that the service speaks http, without which step cookies on localhost would be Secure', async () => {
    answer = async ({ protocol = 'none' }) => ({ ...OK, body: protocol });
    expect((await request()).body).toBe('http');
  });

  it('knows the address of the client behind trusted proxies', async () => {
    answer = async ({ ip = 'none' }) => ({ ...OK, body: ip });
    expect((await request()).body).toBe('127.0.0.1');
    expect((await request({ 'x-forwarded-for': '192.0.2.1, 192.0.2.2' })).body).toBe('192.0.2.2');
  });
});
