import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RedisServer } from '../harness/redis-server.js';
import { freePort, ServiceProcess } from '../harness/service-process.js';
import { jws, sessionClaims } from '../harness/tokens.js';

/** Opens a connection that sends these bytes and stays open, regardless of the answer. */
async function hanging(port: number, bytes: string): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => undefined);
  await once(socket, 'connect');
  socket.resume().write(bytes);
  return socket;
}

async function isRefused(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(true)).once('connect', () => socket.destroy());
    socket.once('close', () => resolve(false));
  });
}

describe('the shutdown of the service', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'shutdown-'));
    writeFileSync(join(folder, 'steps.yaml'), 'terms: { title: Terms, version: a }');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Returns a step's form without the end of its body, and the rest. */
  async function formTo(service: ServiceProcess): Promise<{ readonly head: string; readonly rest: string }> {
    const now = Math.floor(Date.now() / 1000);
    const token = jws(sessionClaims({ iat: now, exp: now + 300 }));
    const { headers } = await service.request(`/redirect?session_token=${token}&state=s`);
    const cookie = (headers['set-cookie'] ?? []).map((line) => line.split(';', 1)[0]).join('; ');
    const body = 'accepted=yes';
    const lines = [
      `POST ${headers.location} HTTP/1.1`,
      'Host: localhost',
      `Cookie: ${cookie}`,
      'Sec-Fetch-Site: same-origin',
      'Content-Type: application/x-www-form-urlencoded',
      `Content-Length: ${body.length}`,
    ];
    return { head: `${lines.join('\r\n')}\r\n\r\n${body.slice(0, -2)}`, rest: body.slice(-2) };
  }

  it('waits for running requests, and answers them', async () => {
    const service = await ServiceProcess.start({ STEPS_FILE: join(folder, 'steps.yaml') });
    const { head, rest } = await formTo(service);
    const socket = connect(service.port, '127.0.0.1');
    let reply = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (reply += chunk));
    socket.write(head);
    await service.request('/healthz');
    service.child.kill('SIGTERM');
    while (!(await isRefused(service.port)));
    expect(reply).toBe('');
    socket.write(rest);
    await once(socket, 'close');
    expect(reply).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(reply).toMatch(/^Connection: close\r$/m);
    expect(await service.ended()).toEqual({ code: 0, signal: null });
  });

  it('ends at the deadline with 0, whatever hangs, and quits Redis', async () => {
    const redis = await RedisServer.start();
    const metricsPort = await freePort();
    const service = await ServiceProcess.start({
      SHUTDOWN_DEADLINE_MS: '200',
      STEPS_FILE: join(folder, 'steps.yaml'),
      REDIS_URL: redis.url,
      METRICS_PORT: String(metricsPort),
    });
    const { head } = await formTo(service);
    const sockets = [
      await hanging(service.port, ''),
      await hanging(service.port, 'GET /redirect HTTP/1.1\r\nHost:'),
      await hanging(service.port, 'no HTTP at all\r\n\r\n'),
      await hanging(service.port, head),
      await hanging(metricsPort, 'GET /metrics HTTP/1.1\r\nHost:'),
    ];
    await service.request('/readyz');
    const began = performance.now();
    expect(await service.stop()).toEqual({ code: 0, signal: null });
    // The default deadline is 5 seconds.
    expect(performance.now() - began).toBeLessThan(4000);
    expect(service.lines.join()).not.toContain('did not end in time');
    expect(await redis.command('INFO', 'commandstats')).toContain('cmdstat_quit:calls=1');
    for (const socket of sockets) socket.destroy();
    await redis.stop();
  });

  it('ends although Redis hangs', async () => {
    const redis = await RedisServer.start();
    const service = await ServiceProcess.start({
      SHUTDOWN_DEADLINE_MS: '100',
      REDIS_URL: redis.url,
      REDIS_DEADLINE_MS: '10000',
    });
    const now = Math.floor(Date.now() / 1000);
    await service.request(
      `/redirect?session_token=${jws(sessionClaims({ iat: now, exp: now + 60, nonce: 'n' }))}&state=s`,
    );
    redis.freeze();
    const began = performance.now();
    expect(await service.stop()).toEqual({ code: 0, signal: null });
    expect(performance.now() - began).toBeLessThan(8000);
    await redis.stop();
  });
});
