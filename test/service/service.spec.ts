import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { continueFormOf } from '../harness/page.js';
import { ServiceProcess } from '../harness/service-process.js';
import { ISSUER, jws, SECRET, sessionClaims } from '../harness/tokens.js';

const now = Math.floor(Date.now() / 1000);
const live = (claims: Record<string, unknown> = {}): string =>
  jws(sessionClaims({ iat: now, exp: now + 900, sub: 'auth0|the-subject', nonce: 'the-nonce', ...claims }));

describe('the service', () => {
  let service: ServiceProcess;
  beforeAll(async () => {
    service = await ServiceProcess.start({ SIGN_IN_URL: 'https://app.example.com/login', LOG_LEVEL: 'trace' });
  });
  afterAll(async () => {
    await service.stop();
  });

  it('answers the redirect of the design', async () => {
    const { status, body } = await service.request(`/redirect?session_token=${live()}&state=state-1`);
    expect(status).toBe(200);
    expect(continueFormOf(body).action).toBe(`https://${ISSUER}/continue?state=state-1`);
  });

  it.each(['/healthz', '/readyz'])('answers %s', async (path) => {
    expect(await service.request(path)).toMatchObject({ status: 200, body: '{"status":"ok"}' });
  });

  it.each<[string, string, number]>([
    ['GET', '/nowhere', 404],
    ['GET', '/', 404],
    ['POST', '/nowhere', 404],
    ['GET', '/%ff', 404],
    ['GET', '/redirect/../redirect/x', 404],
    ['GET', `/${'a'.repeat(5000)}`, 404],
    ['POST', '/redirect', 405],
    ['TRACE', '/redirect', 405],
    ['PROPFIND', '/redirect', 405],
  ])('refuses %s %s with %s, in a page with all headers', async (method, path, status) => {
    const reply = await service.request(path, { method, headers: { 'content-length': '0' } });
    expect(reply.status).toBe(status);
    expect(reply.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'strict-transport-security': 'max-age=31536000',
      'cross-origin-resource-policy': 'same-origin',
      'content-security-policy': expect.stringMatching(/^default-src 'none'; .*frame-ancestors 'none'$/),
    });
    expect(reply.headers).not.toHaveProperty('x-powered-by');
    expect(reply.body).toContain('href="https://app.example.com/login"');
  });

  it.each<[string, string, string]>([
    ['a broken header', 'GET / HTTP/1.1\r\nbroken\r\n\r\n', '400 Bad Request'],
    ['a request without Host', 'GET /redirect HTTP/1.1\r\nConnection: close\r\n\r\n', '400 Bad Request'],
    [
      'an unknown expectation',
      'GET / HTTP/1.1\r\nHost: a\r\nExpect: magic\r\nConnection: close\r\n\r\n',
      '417 Expectation Failed',
    ],
    ['no HTTP at all', 'hello\r\n\r\n', '400 Bad Request'],
    [
      '33 KB of headers',
      `GET / HTTP/1.1\r\nHost: a\r\nx: ${'a'.repeat(33_500)}\r\n\r\n`,
      '431 Request Header Fields Too Large',
    ],
  ])('refuses %s like everything else', async (_name, bytes, status) => {
    const reply = await service.raw(bytes);
    expect(reply.split('\r\n', 1)[0]).toBe(`HTTP/1.1 ${status}`);
    expect(reply).toMatch(/^content-security-policy: default-src 'none'/im);
    expect(reply).toMatch(/^cache-control: no-store/im);
    expect(reply).toContain('<h1>');
  });

  it.each<[string, string, string, string]>([
    ['the direct path', `/redirect?session_token=${live({ jti: 'hosts' })}&state=hosts`, '1.1', 'Host: b'],
    ['the same host twice', `/redirect?session_token=${live({ jti: 'hosts' })}&state=hosts`, '1.1', 'Host: a'],
    [
      'another spelling of its path',
      `/redirect/?session_token=${live({ jti: 'hosts' })}&state=hosts`,
      '1.1',
      'hOST: b',
    ],
    ['the health check', '/healthz', '1.1', 'Host: b'],
    ['an unknown path', '/nowhere', '1.1', 'Host: b'],
    ['HTTP/1.0', '/healthz', '1.0', 'Host: b'],
  ])('refuses a request with two Host headers: %s', async (_case, target, version, second) => {
    const reply = await service.raw(
      `GET ${target} HTTP/${version}\r\nHost: a\r\nx: host\r\n${second}\r\nConnection: close\r\n\r\n`,
    );
    expect(reply.split('\r\n', 1)[0]).toBe('HTTP/1.1 400 Bad Request');
    expect(reply).toContain('<h1>');
  });

  it('answers a client of HTTP/1.0 without Host', async () => {
    const target = `/redirect?session_token=${live({ jti: 'old-client' })}&state=old-client`;
    const reply = await service.raw(`GET ${target} HTTP/1.0\r\nAccept: host\r\n\r\n`);
    expect(reply).toMatch(/^HTTP\/1\.1 200 /);
  });

  it.each(['ja', 'ar', 'de', 'en'])('writes a page in %s with the right Content-Length', async (language) => {
    const target = `/redirect?session_token=${live({ jti: language })}&state=s`;
    const lines = [`GET ${target} HTTP/1.1`, 'Host: a', `Accept-Language: ${language}`, 'Connection: close', '', ''];
    const reply = await service.raw(lines.join('\r\n'));
    const body = reply.slice(reply.indexOf('\r\n\r\n') + 4);
    expect(/^content-length: (\d+)/im.exec(reply)?.[1]).toBe(String(Buffer.byteLength(body)));
    expect(body).toContain(`<html lang="${language}"`);
    expect(/[^\x20-\x7e\s]/.test(body)).toBe(language !== 'en');
    expect(body).not.toContain('\u{fffd}');
  });

  it('answers pipelined requests in their order', async () => {
    const get = (target: string, more = ''): string => `GET ${target} HTTP/1.1\r\nHost: a\r\n${more}\r\n`;
    const redirect = (state: string): string => `/redirect?session_token=${live({ jti: state })}&state=${state}`;
    const reply = await service.raw(
      get(redirect('first')) + get('/healthz') + get(redirect('third')) + get('/redirect', 'Connection: close\r\n'),
    );
    expect(reply.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 400']);
    const places = ['state=first', '{"status":"ok"}', 'state=third', 'HTTP/1.1 400'].map((mark) =>
      reply.replaceAll('&#x3D;', '=').indexOf(mark),
    );
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
  });

  it('writes one line per request, with reference, code, tenant and duration', async () => {
    const before = (await service.requestLines()).length;
    await service.request(`/redirect?session_token=${live({ jti: 'line' })}&state=a-state`);
    const refusal = await service.request(`/redirect?session_token=${live({ exp: now - 1 })}&state=a-state`);
    const lines = (await service.requestLines()).slice(before);
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'info',
        code: 'completed',
        tenant: ISSUER,
        status: 200,
        durationMs: expect.any(Number),
      }),
      expect.objectContaining({
        level: 'warn',
        code: 'token_expired',
        tenant: ISSUER,
        status: 401,
        durationMs: expect.any(Number),
      }),
    ]);
    expect(refusal.body).toContain(String(lines[1]?.reference));
  });

  it('never logs a token, a state, a subject, a secret or other content of a request', async () => {
    const marks = {
      state: 'the-state-mark',
      path: 'the-path-mark',
      header: 'the-header-mark',
      query: 'the-query-mark',
    };
    const good = live();
    const targets = [
      `/redirect?session_token=${good}&state=${marks.state}`,
      `/redirect?session_token=${good}&state=${marks.state}-other`,
      `/redirect?session_token=${live({ exp: 1 })}&state=${marks.state}&x=${marks.query}`,
      `/redirect?session_token=${marks.query}&state=${marks.state}`,
      `/redirect?session_token=${jws('{"the-query-mark": nope')}&state=${marks.state}`,
      `/redirect?state=${marks.state}&state=${marks.state}`,
      `/redirect?state=%zz${marks.state}`,
      `/${marks.path}?session_token=${good}`,
      `/%ff${marks.path}`,
    ];
    for (const target of targets)
      await service.request(target, { headers: { 'x-mark': marks.header, cookie: marks.header } });
    await service.raw(`GET /${marks.path} HTTP/1.1\r\nbroken-${marks.header}\r\n\r\n`);
    const log = await service.log();
    const secrets = [good, ...good.split('.'), SECRET, 'the-subject', 'the-nonce', ...Object.values(marks), 'eyJ'];
    for (const secret of secrets) expect(log).not.toContain(secret);
  });
});

describe('the start of the service', () => {
  it('fails with exit code 78 and one readable line for each mistake', async () => {
    const service = await ServiceProcess.spawn({ AUTH0_ISSUER: '', AUTH0_SESSION_SECRET: 'hunter2', PORT: 'x' });
    expect(await service.ended()).toEqual({ code: 78, signal: null });
    expect(service.stderr.trim().split('\n').toSorted()).toEqual([
      'configuration: AUTH0_ISSUER is missing: the host of the tenant, like example.eu.auth0.com',
      'configuration: AUTH0_SESSION_SECRET has 7 bytes, HS256 needs 32 or more',
      'configuration: PORT is not a port: a whole number from 0 to 65535',
    ]);
    expect(service.lines).toEqual([]);
  });

  it('treats an empty variable as unset', async () => {
    const names = ['SIGN_IN_URL', 'AUTH0_SESSION_SECRET_PREVIOUS', 'AUTH0_SESSION_AUDIENCE', 'AUTH0_CONTINUE_URL'];
    const others = ['CONTINUE_TOKEN_LIFETIME', 'VIEWS_DIRECTORY', 'STEPS', 'STEPS_FILE', 'LOG_LEVEL'];
    const service = await ServiceProcess.start(Object.fromEntries([...names, ...others].map((name) => [name, ''])));
    expect((await service.request('/readyz')).status).toBe(200);
    await service.stop();
  });

  it('reports in one line that its port is in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const service = await ServiceProcess.spawn({ PORT: String(port) });
    expect(await service.ended()).toEqual({ code: 1, signal: null });
    expect(service.stderr).toBe(`start: listen EADDRINUSE: address already in use 127.0.0.1:${port}\n`);
    taken.close();
  });

  it('exits on SIGTERM although a connection has sent nothing or half a request', async () => {
    const service = await ServiceProcess.start();
    const silent = connect(service.port, '127.0.0.1');
    const half = connect(service.port, '127.0.0.1');
    half.write('GET /redirect HTTP/1.1\r\nHost:');
    await Promise.all([once(silent, 'connect'), once(half, 'connect')]);
    await service.request('/readyz');
    const ends = [once(silent, 'close'), once(half, 'close')];
    expect(await service.stop()).toEqual({ code: 0, signal: null });
    await Promise.all(ends);
  });

  it('accepts requests for a while after SIGTERM, and reports that it is not ready', async () => {
    const draining = await ServiceProcess.start({ DRAIN_DELAY_MS: '1000' });
    const keptAlive = { headers: { connection: 'keep-alive' } };
    expect((await draining.request('/readyz')).status).toBe(200);
    expect((await draining.request('/redirect', keptAlive)).headers.connection).toBe('keep-alive');
    draining.child.kill('SIGTERM');
    let reply = await draining.request('/readyz');
    while (reply.status === 200) reply = await draining.request('/readyz');
    expect(reply).toMatchObject({ status: 503, body: '{"status":"draining"}', headers: { connection: 'close' } });
    expect((await draining.request('/healthz')).status).toBe(200);
    expect(await draining.request('/redirect', keptAlive)).toMatchObject({
      status: 400,
      headers: { connection: 'close' },
    });
    expect(await draining.ended()).toEqual({ code: 0, signal: null });
  });

  it('exits on SIGTERM with 0', async () => {
    const service = await ServiceProcess.start();
    const { code } = await service.stop();
    expect(code).toBe(0);
  });
});
