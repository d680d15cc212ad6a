import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage, RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Worker } from 'node:worker_threads';
import { parseCli } from '../src/cli-options.js';
import { httpsSettings } from '../src/network/certificate-authority.js';
import { listenLoopback, type LoopbackServer } from '../src/network/loopback-server.js';
import { UrlMap } from '../src/network/url-map.js';
import { startSandbox } from '../src/sandbox.js';
import { SandboxError } from '../src/sandbox-errors.js';
import { build, DIST } from './harness/sandbox-process.js';

describe('a URL map', () => {
  const map = UrlMap.parse([
    'https://example.com=http://localhost:3000',
    'http://api.example.com:81=https://127.0.0.1',
  ]);

  it.each([
    ['https://example.com', 'http://localhost:3000/'],
    ['https://EXAMPLE.com:443/a%20b?c=d&e#f', 'http://localhost:3000/a%20b?c=d&e#f'],
    ['http://api.example.com:81/x', 'https://127.0.0.1/x'],
    ['http://example.com/', 'http://example.com/'],
    ['https://www.example.com/', 'https://www.example.com/'],
    ['https://example.com.evil.example/', 'https://example.com.evil.example/'],
    ['not a URL', 'not a URL'],
  ])('maps %s to %s', (url, address) => {
    expect(map.address(url)).toBe(address);
  });

  it('names its origins', () => {
    expect(map.origins).toEqual(['https://example.com', 'http://api.example.com:81']);
    expect(UrlMap.parse([]).origins).toEqual([]);
  });

  it.each([
    'https://example.com',
    'a=b',
    'https://a.example/path=http://b',
    'ftp://a.example=http://b',
    'http://u:p@a=http://b',
    'http://a=http://b=http://c',
  ])('does not accept %s', (pair) => {
    const message = `--map has to be two origins, such as https://example.com=http://localhost:3000; got "${pair}".`;
    expect(() => UrlMap.parse([pair])).toThrow(new SandboxError('map_invalid', message));
  });
});

describe('--map', () => {
  const pair = 'https://example.com=http://localhost:3000';

  it('can be repeated', () => {
    const args = ['--action', 'a.js', '--map', pair, '--map', 'http://b=http://c'];
    expect(parseCli(args)).toMatchObject({ options: { map: [pair, 'http://b=http://c'] } });
  });

  it('fails startup if it is invalid', async () => {
    await expect(startSandbox({ actions: ['a.js'], map: ['x'] })).rejects.toMatchObject({ code: 'map_invalid' });
  });
});

describe('code in a worker thread with a URL map', () => {
  let folder: string;
  let plain: LoopbackServer;
  let secure: LoopbackServer;
  let worker: Worker;

  const echo: RequestListener = (request: IncomingMessage, response) => {
    if (request.url === '/moved')
      return void response.writeHead(307, { location: 'https://other.example/there' }).end();
    void text(request).then((body) => response.end(`${request.headers.host} ${request.url} ${body}`));
    return undefined;
  };

  beforeAll(async () => {
    build();
    folder = mkdtempSync(join(tmpdir(), 'sandbox-map-'));
    const { tls } = await httpsSettings(folder, []);
    [plain, secure] = [await listenLoopback(0), await listenLoopback(0, tls)];
    plain.handle(echo);
    secure.handle(echo);
    const pairs = [
      `https://example.com=http://localhost:${plain.port}`,
      `https://other.example=https://localhost:${secure.port}`,
      `http://plain.example:8080=http://[::1]:${plain.port}`,
      `http://upgraded.example=https://localhost:${secure.port}`,
    ];
    const workerData = { dist: DIST, pairs, authority: tls.cert };
    worker = new Worker(join(__dirname, 'harness', 'mapped-client.mjs'), { workerData });
  }, 60_000);

  afterAll(async () => {
    await worker?.terminate();
    await plain?.close();
    await secure?.close();
    rmSync(folder, { recursive: true });
  });

  async function send(client: string, url: string): Promise<Record<string, unknown>> {
    const answer = once(worker, 'message');
    worker.postMessage({ client, url });
    return (await answer)[0] as Record<string, unknown>;
  }

  const CLIENTS = ['fetch', 'request', 'ownAgent', 'noAgent'];

  it.each(
    CLIENTS.flatMap((client) => [
      [client, 'https://example.com/a?b=c', 'example.com /a?b=c hello'],
      [client, 'https://other.example/', 'other.example / hello'],
      [client, 'http://plain.example:8080/', 'plain.example:8080 / hello'],
      [client, 'http://upgraded.example/', 'upgraded.example / hello'],
    ]),
  )('reaches by %s what %s is mapped to, under its own name', async (client, url, body) => {
    expect(await send(client, url)).toMatchObject({ status: 200, body });
  });

  it.each(CLIENTS)('finds localhost names by %s, and trusts their certificate', async (client) => {
    expect(await send(client, `http://tenant.localhost:${plain.port}/`)).toMatchObject({ status: 200 });
    expect(await send(client, `https://localhost:${secure.port}/`)).toMatchObject({ status: 200 });
  });

  it.each(CLIENTS)('does not trust by %s a certificate of another name', async (client) => {
    const answer = await send(client, `https://unknown.localhost:${secure.port}/`);
    expect(answer['error']).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  it('maps each hop of a redirect', async () => {
    expect(await send('fetch', 'https://example.com/moved')).toEqual({
      ...{ status: 200, url: 'https://other.example/there', body: 'other.example /there hello' },
    });
  });

  it('does not change other requests', async () => {
    for (const client of CLIENTS) {
      expect((await send(client, 'https://absent.invalid/'))['error']).toMatch(/^(ENOTFOUND|EAI_AGAIN)$/);
    }
  });
});
