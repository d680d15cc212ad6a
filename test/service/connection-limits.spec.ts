import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, Socket, type AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { BoundedRequest, BoundedResponse, Connections } from '../../src/service/http/connection-limits.js';
import { send } from '../harness/application.js';
import { freePort, ServiceProcess } from '../harness/service-process.js';
import { jws, sessionClaims } from '../harness/tokens.js';

const tokenNow = (claims = {}): string => {
  const now = Math.floor(Date.now() / 1000);
  return jws(sessionClaims({ iat: now, exp: now + 300, ...claims }));
};

describe('a service with many connections', () => {
  let service: ServiceProcess;
  let metricsPort: number;
  beforeAll(async () => {
    metricsPort = await freePort();
    service = await ServiceProcess.start({
      METRICS_PORT: String(metricsPort),
      MAX_CONNECTIONS: '40',
      MAX_CONNECTIONS_PER_ADDRESS: '30',
    });
  });
  afterAll(async () => service.stop());

  const refused = async (reason: string): Promise<number> => {
    const { body } = await send({ host: '127.0.0.1', port: metricsPort, path: '/metrics' });
    return Number(
      new RegExp(`^auth_redirect_connections_refused_total\\{reason="${reason}"\\} (\\d+)$`, 'm').exec(body)?.[1],
    );
  };
  const open = async (localAddress = '127.0.0.1'): Promise<Socket> => {
    const socket = connect({ port: service.port, host: '127.0.0.1', localAddress }).on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  };
  const redirect = (): string => `GET /redirect?session_token=${tokenNow()}&state=s HTTP/1.1\r\nHost: a\r\n\r\n`;

  it('answers 16 requests of a connection that are sent at once, in order', async () => {
    const answers = await service.raw(redirect().repeat(15) + redirect().replace('Host', 'Connection: close\r\nHost'));
    expect(answers.match(/^HTTP\/1\.1 200 OK/gm)).toHaveLength(16);
  });

  it.each([
    ['for pages', 'GET / HTTP/1.1\r\n\r\n'],
    ['with an expectation', 'GET / HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n'],
    ['for the redirect', redirect()],
  ])(
    'ends a connection with too many requests at once, %s, and serves others within its memory',
    async (_what, text) => {
      const before = await refused('pipelining');
      const flood = async (): Promise<void> => {
        const socket = await open();
        socket.pause().write(text.repeat(3640));
        await new Promise((resolve) => socket.once('close', resolve));
      };
      const floods = Promise.all(Array.from({ length: 20 }, flood));
      expect((await service.request('/healthz')).status).toBe(200);
      await floods;
      expect(await refused('pipelining')).toBe(before + 20);
      const { body } = await send({ host: '127.0.0.1', port: metricsPort, path: '/metrics' });
      expect(Number(/^process_resident_memory_bytes (\d+)$/m.exec(body)?.[1])).toBeLessThan(200e6);
    },
  );

  it('refuses a connection beyond the number of its address, and beyond the number of all', async () => {
    const ofOne = await Promise.all(Array.from({ length: 30 }, async () => open()));
    const closed = once(await open(), 'close');
    await closed;
    expect(await refused('address')).toBe(1);
    const ofOther = await Promise.all(Array.from({ length: 10 }, async () => open('127.0.0.2')));
    await once(await open('127.0.0.3'), 'close');
    expect(await refused('total')).toBe(1);
    for (const socket of [...ofOne, ...ofOther]) socket.destroy();
    await Promise.all([...ofOne, ...ofOther].map(async (socket) => socket.closed || once(socket, 'close')));
    let status = 0;
    while (status !== 200)
      status = await service.request('/healthz').then(
        (reply) => reply.status,
        async () => wait(10, 0),
      );
    expect(status).toBe(200);
  });
});

it('a client has 10 seconds for the headers of a request, 30 for all of it, and 60 of silence', () => {
  const server = createServer();
  void new Connections(server, { total: 0, perAddress: 0 }, () => undefined);
  expect(server).toMatchObject({ headersTimeout: 10_000, requestTimeout: 30_000, timeout: 60_000 });
  expect(server.maxConnections).toBeFalsy();
});

it('the shared state of ended connections contains no data of their requests', async () => {
  const options = { requireHostHeader: false, IncomingMessage: BoundedRequest, ServerResponse: BoundedResponse };
  const end = (request: BoundedRequest): void => void request.socket.destroy();
  const server = createServer(options, end).on('checkExpectation', end).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  for (const expectation of ['100-continue', 'x']) {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    socket.resume().write(`GET / HTTP/1.1\r\nHost: a\r\nExpect: ${expectation}\r\n\r\n`.repeat(1000));
    await new Promise((resolve) => socket.once('close', resolve));
  }
  const ended = new BoundedRequest(new Socket().destroy());
  expect(ended.headers).toEqual({});
  expect(new BoundedResponse(ended).writableLength).toBe(0);
  server.close();
});
