import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import {
  findOutboundUrlProblem,
  HttpClient,
  type HttpClientOptions,
  type HttpClientRequest,
} from 'nestjs-auth-redirect/http-client';
import { TlsFront } from '../harness/tls-front.js';
import { TlsFiles } from '../redis/tls-files.js';
import { isPrivateAddress } from '../../src/http-client/private-addresses.js';

let server: Server;
let url: string;
let answer: RequestListener;
let requests = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    requests += 1;
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://localhost:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  requests = 0;
});

async function send(
  options: Partial<HttpClientOptions> = {},
  request: Partial<HttpClientRequest> = {},
): Promise<unknown> {
  const client = new HttpClient({ allowPrivateAddresses: true, ...options });
  const { status, text } = await client.send({ method: 'GET', url, ...request });
  return { status, text };
}

describe('A request', () => {
  it('carries method, headers and body, and returns status, headers and JSON', async () => {
    answer = async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const { method, headers } = request;
      const echo = {
        method,
        body: Buffer.concat(chunks).toString(),
        token: headers.authorization,
        size: headers['content-length'],
      };
      response.writeHead(201, { 'x-one': ['1', '2'] }).end(JSON.stringify(echo));
    };
    const client = new HttpClient({ allowPrivateAddresses: true });
    const headers = { authorization: 'Bearer t' };
    const response = await client.send({ method: 'POST', url, headers, body: '{"ä":1}' });
    expect(response).toMatchObject({ status: 201, headers: { 'x-one': '1' } });
    expect(response.json()).toEqual({ method: 'POST', body: '{"ä":1}', token: 'Bearer t', size: '8' });
  });

  it('follows no redirect', async () => {
    answer = (_request, response) => response.writeHead(302, { location: url }).end();
    expect(await send()).toEqual({ status: 302, text: '' });
    expect(requests).toBe(1);
  });

  it.each([429, 502, 503, 504])('is sent again after the status %d', async (status) => {
    answer = (_request, response) => response.writeHead(requests === 1 ? status : 200).end();
    expect(await send()).toEqual({ status: 200, text: '' });
  });

  it('is sent again after a reset connection', async () => {
    answer = ({ socket }, response) => (requests === 1 ? socket.resetAndDestroy() : response.end('ok'));
    expect(await send()).toEqual({ status: 200, text: 'ok' });
  });

  it('is not sent again more often than configured', async () => {
    answer = (_request, response) => response.writeHead(503).end();
    expect(await send({ retries: 2 })).toEqual({ status: 503, text: '' });
    expect(requests).toBe(3);
  });

  it('is not sent again if it may change something', async () => {
    answer = (_request, response) => response.writeHead(503).end();
    expect(await send({}, { method: 'POST' })).toEqual({ status: 503, text: '' });
    expect(requests).toBe(1);
  });

  it.each([400, 401, 404, 500])('is not sent again after the status %d', async (status) => {
    answer = (_request, response) => response.writeHead(status).end();
    expect(await send()).toEqual({ status, text: '' });
    expect(requests).toBe(1);
  });
});

describe('A certificate', () => {
  const files = new TlsFiles();
  let front: TlsFront;
  beforeAll(async () => {
    front = await TlsFront.start(files, (server.address() as AddressInfo).port);
  });
  afterAll(async () => {
    await front.stop();
    files.remove();
  });

  it('is trusted only if caFile has it', async () => {
    answer = (_request, response) => response.end('ok');
    const request = { url: `https://localhost:${front.port}/` };
    expect(await send({ caFile: files.certificate }, request)).toEqual({ status: 200, text: 'ok' });
    await expect(send({}, request)).rejects.toThrow(/^connection_failed \(DEPTH_ZERO_SELF_SIGNED_CERT\)$/);
  });
});

describe('A request fails', () => {
  it.each<[string, string, RequestListener, Partial<HttpClientOptions>]>([
    ['that never answers', 'timeout', () => undefined, {}],
    ['that stops in the middle', 'timeout', (_request, response) => response.write('1'), {}],
    [
      'that sends a byte now and then',
      'timeout',
      (_request, response) => {
        const timer = setInterval(() => response.write(' '), 50);
        response.once('close', () => clearInterval(timer));
      },
      {},
    ],
    [
      'that says it is busy until the deadline',
      'timeout',
      (_request, response) => response.writeHead(503).end(),
      { retries: 3 },
    ],
    ['that resets the connection', 'connection_failed', ({ socket }) => socket.resetAndDestroy(), { retries: 0 }],
    ['that speaks no HTTP', 'connection_failed', ({ socket }) => socket.end('SMTP\r\n'), { retries: 0 }],
    [
      'that resets in the middle',
      'response_incomplete',
      ({ socket }, response) =>
        response.writeHead(200, { 'content-length': 9 }).write('1', () => socket.resetAndDestroy()),
      {},
    ],
    [
      'that ends too early',
      'response_incomplete',
      ({ socket }, response) => response.write('1', () => socket.end()),
      {},
    ],
    ['that sends too much', 'response_too_large', (_request, response) => response.end('x'.repeat(65_537)), {}],
  ])('at a server %s', async (_what, code, listener, options) => {
    answer = listener;
    await expect(send({ timeout: 1, ...options })).rejects.toMatchObject({ name: 'HttpClientError', code });
  });

  it('without a server, and the message names no address', async () => {
    const closed = send({ retries: 0 }, { url: 'http://localhost:1/secret' });
    await expect(closed).rejects.toThrow(/^connection_failed( \(ECONNREFUSED\))?$/);
  });

  it('with a body that is not JSON, if the caller reads it as JSON', async () => {
    answer = (_request, response) => response.end('<html>');
    const response = await new HttpClient({ allowPrivateAddresses: true }).send({ method: 'GET', url });
    expect(() => response.json()).toThrow('invalid_json');
  });
});

describe('A private address', () => {
  it.each(['localhost', '127.0.0.1', '[::1]', '0x7f000001', '2130706433', '127.1', '[::ffff:127.0.0.1]'])(
    'is refused as %s before anything is sent',
    async (host) => {
      const there = url.replace('localhost', host);
      await expect(send({ allowPrivateAddresses: false }, { url: there })).rejects.toThrow('address_refused');
      expect(requests).toBe(0);
    },
  );

  it.each([
    '0.0.0.0',
    '10.255.255.255',
    '100.64.0.1',
    '169.254.169.254',
    '172.31.0.1',
    '192.168.1.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'fec0::1',
    'fd00:ec2::254',
    'ff02::1',
    '::10.0.0.1',
    '::ffff:10.0.0.1',
    '64:ff9b::10.0.0.1',
    '::ffff:0:10.0.0.1',
    '2002:a00:1::1',
    'example.com',
  ])('is %s', (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  });

  it.each([
    '8.8.8.8',
    '100.128.0.1',
    '172.32.0.1',
    '192.0.1.1',
    '2606:4700::1111',
    '::ffff:8.8.8.8',
    '64:ff9b::8.8.8.8',
  ])('is not %s', (address) => {
    expect(isPrivateAddress(address)).toBe(false);
  });
});

describe('An option', () => {
  it.each<[object, string]>([
    [{ timeout: 0 }, 'httpClient.timeout is not a whole number of seconds from 1 to 30'],
    [{ retries: 4 }, 'httpClient.retries is not a whole number from 0 to 3'],
    [{ maxBytes: 2 ** 21 }, 'httpClient.maxBytes is not a whole number of bytes from 1 to 1048576'],
    [{ allowPrivateAddresses: 'yes' }, 'httpClient.allowPrivateAddresses is neither true nor false'],
    [{ caFile: '/nowhere' }, 'httpClient.caFile names a file that does not exist (ENOENT)'],
    [{ timeouts: 3 }, 'httpClient.timeouts is not a known option: did you mean timeout?'],
  ])('%j is refused', (options, problem) => {
    expect(() => new HttpClient(options)).toThrow(expect.objectContaining({ problems: [problem] }));
  });

  it.each([
    ['http://api.example.com/', /is not an https URL/],
    ['https://user:password@api.example.com/', /is not an https URL/],
    ['https://api.example.com/#x', /has a fragment/],
    [42, /is not an https URL/],
  ])('with the URL %s is refused', (given, problem) => {
    expect(findOutboundUrlProblem(given)).toMatch(problem);
  });

  it.each(['https://api.example.com/a?b=c', 'http://localhost:3000/', 'http://api.localhost/'])(
    'with the URL %s is accepted',
    (given) => {
      expect(findOutboundUrlProblem(given)).toBeUndefined();
    },
  );
});
