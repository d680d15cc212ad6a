import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { anyText, check, mutated } from '../harness/fuzz.js';
import { ServiceProcess } from '../harness/service-process.js';
import { jws, NOW, sessionClaims, STATE } from '../harness/tokens.js';

/** Limit of one answer's CPU time in milliseconds, including garbage collection and compilation. */
const CPU_MAX_MS = 400;
/** `USER_HZ`, which is 100 on every Linux that Node runs on. */
const TICK_MS = 10;

const KNOWN_STATUS = [200, 303, 400, 401, 403, 404, 405, 408, 413, 415, 417, 429, 431];

/** Values seen in practice, and values that are slow to parse. */
const SEEDS: Readonly<Record<string, readonly string[]>> = {
  accept: ['text/html,application/xhtml+xml,*/*;q=0.8', 'application/problem+json;q=0.1, text/html', '*/*'],
  'accept-language': [
    'de-DE,de;q=0.9,en;q=0.8',
    'zh-Hant-TW',
    '*',
    `${'en-'.repeat(2000)}x`,
    'en;q=9e99',
    ', ,;;=,'.repeat(800),
  ],
  cookie: [
    `__Host-auth-redirect.${'A'.repeat(16)}.0=eyJhbGciOiJkaXIifQ....`,
    '='.repeat(3000),
    'a=%;'.repeat(2000),
    '__proto__=1',
  ],
  'content-type': ['application/x-www-form-urlencoded; charset=utf-8', ';'.repeat(5000), 'multipart/form-data'],
  origin: ['https://login.example.com', 'null', 'https://[::1', `https://${'a.'.repeat(3000)}example`],
  'sec-fetch-site': ['same-origin', 'cross-site', 'none'],
  traceparent: ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', `00-${'0'.repeat(5000)}`],
  'x-request-id': ['0e7d1a9e-8a4f-4a6c-9d45-1c2b3a4d5e6f', '../../etc/passwd', `${'a'.repeat(5000)}!`],
  'x-forwarded-for': ['203.0.113.7, 10.0.0.1', '1.1.1.1,'.repeat(1500), '::ffff:1.2.3.4%eth0', 'unknown, _hidden'],
  host: ['login.example.com:443', 'a@b', '[::1]:0', 'a b', ''],
  expect: ['100-continue', '200-ok'],
};

const line = (text: string): string => text.replaceAll(/[\r\n]/g, ' ').slice(0, 8000);
const valueOf = (name: string): fc.Arbitrary<string> => {
  const seed = fc.constantFrom(...(SEEDS[name] ?? []));
  return fc
    .oneof(
      seed,
      seed.chain((text) => mutated(text)),
      anyText,
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.tuple(seed, fc.integer({ min: 2, max: 40 })).map(([text, times]) => text.repeat(times)),
    )
    .map(line);
};
const header = fc
  .constantFrom(...Object.keys(SEEDS))
  .chain((name) => valueOf(name).map((value) => [name, value] as const));
const headers = fc
  .array(header, { maxLength: 5 })
  .filter((list) => list.reduce((length, [, value]) => length + value.length, 0) < 20_000);

describe('any header values sent to the service', () => {
  let folder: string;
  let service: ServiceProcess;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'headers-'));
    const file = join(folder, 'steps.yaml');
    writeFileSync(file, 'terms: { title: Terms, version: "1", text: Text }\n');
    service = await ServiceProcess.start({
      STEPS_FILE: file,
      TRUST_PROXY: '1',
      LOG_LEVEL: 'error',
      REFUSALS_PER_MINUTE_ADDRESS: '1000000',
      REFUSALS_PER_MINUTE_SUBJECT: '1000000',
    });
  });
  afterAll(async () => {
    // A service that hangs ignores SIGTERM.
    service.child.kill('SIGKILL');
    await service.ended();
    rmSync(folder, { recursive: true });
  });

  function cpuMs(): number {
    const fields = readFileSync(`/proc/${service.child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  }

  it('get one quick answer with a known status and no header of the client', async () => {
    const now = Math.floor(Date.now() / 1000);
    const claims = sessionClaims({ iat: now, exp: now + 900 });
    const query = (steps: string[]): string =>
      new URLSearchParams({ session_token: jws({ ...claims, steps }), state: STATE }).toString();
    const target = fc.constantFrom(
      `/redirect?${query([])}`,
      `/redirect?${query(['terms'])}`,
      `/redirect?session_token=${jws(sessionClaims({ exp: NOW - 1 }))}&state=s`,
      `/redirect/steps/terms?login=${'A'.repeat(16)}`,
      '/',
      '/healthz',
      '/readyz',
    );
    const statuses = new Map<number, number>();
    const property = fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'HEAD'),
      target,
      headers,
      async (method, path, sent) => {
        const before = cpuMs();
        const lines = sent.map(([name, value]) => `${name}: ${value}`);
        const isHostSent = sent.some(([name]) => name === 'host');
        const request = [
          `${method} ${path} HTTP/1.1`,
          ...(isHostSent ? [] : ['host: localhost']),
          ...lines,
          'connection: close',
        ];
        const [head = '', ...rest] = (await service.raw(`${request.join('\r\n')}\r\n\r\n`))
          .replace('HTTP/1.1 100 Continue\r\n\r\n', '')
          .split('\r\n\r\n');
        const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]);
        expect(KNOWN_STATUS).toContain(status);
        expect(head).not.toMatch(/^set-cookie: x/im);
        expect(rest.join('')).not.toMatch(/^HTTP\/1/);
        expect(cpuMs() - before).toBeLessThan(CPU_MAX_MS);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      },
    );
    await check(property, 400);
    expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 303, 400, 401]));
    expect({ log: service.lines, stderr: service.stderr }).toEqual({ log: [], stderr: '' });
  });
});
