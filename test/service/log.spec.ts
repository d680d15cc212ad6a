import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { send } from '../harness/application.js';
import { freePort, ServiceProcess } from '../harness/service-process.js';
import { ISSUER } from '../harness/tokens.js';

const { O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/** More lines, of over 200 bytes each, than standard output and the buffer of the log can hold. */
const LINES = 7000;
const AT_ONCE = 15;

it.each(['info', 'debug'])(
  'the log of a start is one line at level %s, without names of the bundler',
  async (level) => {
    const service = await ServiceProcess.start({ LOG_LEVEL: level });
    await service.log();
    await service.stop();
    const lines = service.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.filter(({ msg }) => msg !== 'request')).toEqual([
      {
        level: 'info',
        time: expect.any(String),
        context: 'Service',
        msg: 'started',
        address: '127.0.0.1',
        family: 'IPv4',
        port: service.port,
        path: '/redirect',
        issuers: [ISSUER],
        continueUrls: [`https://${ISSUER}/continue`],
        steps: [],
        store: 'memory',
      },
    ]);
  },
);

describe('standard output', () => {
  let folder: string;
  let descriptors: number[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'log-'));
    descriptors = [];
  });
  afterEach(() => {
    descriptors.forEach((descriptor) => closeSync(descriptor));
    rmSync(folder, { recursive: true });
  });

  const open = (path: string, flags: number): number => {
    const descriptor = openSync(path, flags);
    descriptors.push(descriptor);
    return descriptor;
  };
  const close = (descriptor: number): void => {
    closeSync(descriptor);
    descriptors = descriptors.filter((other) => other !== descriptor);
  };
  /** Creates a pipe like a shell or a container runtime. */
  const pipe = (): { path: string; reader: number; writer: number } => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    return { path, reader: open(path, O_RDONLY | O_NONBLOCK), writer: open(path, O_WRONLY) };
  };

  /** Sends requests that each log a line, and checks that all are answered. */
  async function flood(service: ServiceProcess): Promise<void> {
    const request = (more = ''): string =>
      `GET /redirect HTTP/1.1\r\nHost: a\r\nX-Request-Id: ${'x'.repeat(64)}\r\n${more}\r\n`;
    const requests = request().repeat(AT_ONCE - 1) + request('Connection: close\r\n');
    for (let sent = 0; sent < LINES; sent += AT_ONCE)
      expect((await service.raw(requests)).match(/HTTP\/1\.1 400 /g)).toHaveLength(AT_ONCE);
  }

  const dropped = async (port: number): Promise<number> => {
    const { body } = await send({ host: '127.0.0.1', port, path: '/metrics' });
    return Number(/^auth_redirect_log_lines_dropped_total (\d+)$/m.exec(body)?.[1]);
  };

  it.each<[string, () => number, (() => void)?]>([
    ['a full disk', () => open('/dev/full', O_WRONLY)],
    ['a pipe that nobody reads', () => pipe().writer],
    [
      'a pipe whose reader is gone',
      () => {
        const { reader, writer } = pipe();
        close(reader);
        return writer;
      },
    ],
  ])('on %s: the service answers, counts dropped lines, and ends on SIGTERM', async (_what, stdout) => {
    const port = await freePort();
    const variables = { METRICS_PORT: String(port), SHUTDOWN_DEADLINE_MS: '1000' };
    const service = await ServiceProcess.start(variables, stdout());
    await flood(service);
    const count = await dropped(port);
    expect(count).toBeGreaterThan(100);
    expect(count).toBeLessThan(LINES);
    expect((await service.request('/healthz')).status).toBe(200);
    const began = performance.now();
    expect(await service.stop()).toEqual({ code: 0, signal: null });
    expect(performance.now() - began).toBeLessThan(3000);
    expect(service.stderr).toBe('');
  });

  it('without a reader gets the lines when a new reader opens it', async () => {
    const { path, reader, writer } = pipe();
    const service = await ServiceProcess.start({}, writer);
    const request = async (id: string): Promise<unknown> =>
      service.request('/nowhere', { headers: { 'x-request-id': id } });
    await request('before-the-crash');
    close(reader);
    await request('while-nobody-reads');
    await pause(300);
    const next = open(path, O_RDONLY | O_NONBLOCK);
    await request('after-the-restart');
    await service.stop();
    const buffer = Buffer.alloc(65_536);
    const text = buffer.toString('utf8', 0, readSync(next, buffer));
    expect(text).toContain('while-nobody-reads');
    expect(text).toContain('after-the-restart');
  });

  it('without a reader does not block a failing start', async () => {
    const { reader, writer } = pipe();
    close(reader);
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const service = await ServiceProcess.spawn({ PORT: String(port) }, writer);
    expect(await service.ended()).toEqual({ code: 1, signal: null });
    expect(service.stderr).toContain('EADDRINUSE');
    taken.close();
  });

  it('gets the last lines before the service ends, and drops none', async () => {
    const port = await freePort();
    const service = await ServiceProcess.start({ METRICS_PORT: String(port) });
    await service.request('/nowhere', { headers: { 'x-request-id': 'not-the-last' } });
    expect(await dropped(port)).toBe(0);
    await service.request('/nowhere', { headers: { 'x-request-id': 'the-last-request' } });
    expect(await service.stop()).toEqual({ code: 0, signal: null });
    expect(service.lines.join()).toContain('the-last-request');
  });
});
