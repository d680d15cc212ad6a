import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { send } from '../harness/application.js';
import { METRICS } from '../deploy/service-interface.js';
import { RedisServer } from '../harness/redis-server.js';
import { freePort, ServiceProcess } from '../harness/service-process.js';
import { ISSUER, jws, SECRET, sessionClaims } from '../harness/tokens.js';

describe('the metrics', () => {
  let port: number;
  let folder: string;
  let redis: RedisServer;
  let service: ServiceProcess;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'metrics-'));
    writeFileSync(join(folder, 'current'), SECRET);
    writeFileSync(join(folder, 'steps.yaml'), 'terms: { title: Terms, version: a, optional: true }');
    redis = await RedisServer.start();
    port = await freePort();
    service = await ServiceProcess.start({
      METRICS_PORT: String(port),
      AUTH0_SESSION_SECRET: '',
      AUTH0_SESSION_SECRET_DIRECTORY: folder,
      STEPS_FILE: join(folder, 'steps.yaml'),
      REDIS_URL: redis.url,
    });
  });
  afterAll(async () => {
    await service.stop();
    await redis.stop();
    rmSync(folder, { recursive: true });
  });

  const metrics = async (): Promise<string> => (await send({ host: '127.0.0.1', port, path: '/metrics' })).body;
  /** Returns the metrics when they contain this line, or after five seconds. */
  const metricsWith = async (expected: string): Promise<string> => {
    for (let tries = 0; tries < 100; tries += 1) {
      if ((await metrics()).includes(`${expected}\n`)) break;
      await pause(50);
    }
    return metrics();
  };
  const has = async (expected: string): Promise<boolean> =>
    (await metricsWith(expected)).split('\n').includes(expected);

  it('count requests by tenant, outcome and code, and the pages of steps', async () => {
    const now = Math.floor(Date.now() / 1000);
    const redirect = async (claims: Record<string, unknown>): Promise<unknown> =>
      service.request(`/redirect?session_token=${jws(sessionClaims({ iat: now, exp: now + 60, ...claims }))}&state=s`);
    await redirect({ steps: [] });
    await redirect({ exp: now - 1, iat: now - 60 });
    await redirect({});
    await redirect({ iss: 'somebody.example' });
    expect(await has(`auth_redirect_requests_total{tenant="${ISSUER}",outcome="completed",code=""} 1`)).toBe(true);
    expect(await has(`auth_redirect_requests_total{tenant="${ISSUER}",outcome="refused",code="token_expired"} 1`)).toBe(
      true,
    );
    expect(await has(`auth_redirect_requests_total{tenant="${ISSUER}",outcome="step",code=""} 1`)).toBe(true);
    expect(await has('auth_redirect_requests_total{tenant="none",outcome="refused",code="issuer_unknown"} 1')).toBe(
      true,
    );
    expect(await has('auth_redirect_request_duration_seconds_count{outcome="refused"} 2')).toBe(true);
    expect(await metrics()).not.toContain('somebody');
  });

  it('count the outcome of each step once, however often its form is posted', async () => {
    const now = Math.floor(Date.now() / 1000);
    const post = async (state: string, body: string): Promise<number[]> => {
      const token = jws(sessionClaims({ iat: now, exp: now + 60, nonce: state }));
      const { headers } = await service.request(`/redirect?session_token=${token}&state=${state}`);
      const cookie = (headers['set-cookie'] ?? []).map((line) => line.split(';', 1)[0]).join('; ');
      const call = {
        host: '127.0.0.1',
        port: service.port,
        path: headers.location ?? '',
        method: 'POST',
        headers: { cookie, 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
        body,
      };
      const replies = await Promise.all([send(call), send(call)]);
      return replies.map(({ status }) => status);
    };
    const ended = (event: string, times: number): string =>
      `auth_redirect_steps_total{tenant="${ISSUER}",step="terms",event="${event}"} ${times}`;
    expect(await post('agrees', 'accepted=yes')).toEqual([200, 200]);
    expect(await post('forgets', '')).toEqual([422, 422]);
    expect(await has(ended('completed', 1))).toBe(true);
    expect(await has(ended('invalid', 2))).toBe(true);
    expect(await metrics()).not.toContain('event="denied"');
    expect(await post('skips', '_skip=yes')).toEqual([200, 200]);
    expect(await has(ended('skipped', 1))).toBe(true);
    expect(await has(ended('completed', 1))).toBe(true);
    await post('gives-up', '_cancel=yes');
    expect(await metrics()).toContain('event="denied"');
  });

  it('time the work on tokens, and Redis', async () => {
    const lines = (await metrics()).split('\n');
    const valueOf = (series: string): number =>
      Number(
        lines
          .find((line) => line.startsWith(`${series} `))
          ?.split(' ')
          .at(-1),
      );
    const [verified, signed] = ['verify', 'sign'].map((operation) => {
      const series = (suffix: string, more = ''): number =>
        valueOf(`auth_redirect_token_duration_seconds_${suffix}{${more}operation="${operation}"}`);
      expect(series('count')).toBe(series('bucket', 'le="+Inf",'));
      expect(series('count')).toBeGreaterThan(0);
      // Each takes microseconds, or milliseconds on a busy machine.
      expect(series('sum') / series('count')).toBeLessThan(0.5);
      return series('count');
    });
    expect(verified).toBeGreaterThan(signed ?? Infinity);
    const asked = valueOf('auth_redirect_store_duration_seconds_count{operation="remember",outcome="ok"}');
    expect(asked).toBeGreaterThan(0);
  });

  it('have the names and labels that rules and dashboard rely on, and no others', async () => {
    const ours = (await metrics()).split('\n').filter((line) => line.startsWith('auth_redirect_'));
    expect(ours.length).toBeGreaterThan(20);
    for (const line of ours) {
      const [, name = '', labels = ''] = /^(\w+)(?:\{(.*)\})? \S+$/.exec(line) ?? [];
      const known = METRICS[name] ?? METRICS[name.replace(/_sum$/, '_count')];
      const found = [...labels.matchAll(/(\w+)="[^"]*"/g)].map(([, label]) => label);
      expect({ name, labels: found.toSorted() }).toEqual({ name, labels: known?.toSorted() });
    }
  });

  it('follow the naming rules of Prometheus: only counters end with _total', async () => {
    const types = [...(await metrics()).matchAll(/^# TYPE (\w+) (\w+)$/gm)];
    expect(types.length).toBeGreaterThan(20);
    expect(types.filter(([, name, type]) => name?.endsWith('_total') !== (type === 'counter')).map(String)).toEqual([]);
  });

  it('count replaced secrets, and failures to replace them', async () => {
    expect(await has(`auth_redirect_key_reloads_total{tenant="${ISSUER}",outcome="kept"} 0`)).toBe(true);
    expect(await has(`auth_redirect_key_files_unusable{tenant="${ISSUER}"} 0`)).toBe(true);
    writeFileSync(join(folder, 'current'), 'short');
    expect(await has(`auth_redirect_key_files_unusable{tenant="${ISSUER}"} 1`)).toBe(true);
    writeFileSync(join(folder, 'current'), SECRET);
    expect(await has(`auth_redirect_key_files_unusable{tenant="${ISSUER}"} 0`)).toBe(true);
    expect(await has(`auth_redirect_key_reloads_total{tenant="${ISSUER}",outcome="kept"} 1`)).toBe(true);
    writeFileSync(join(folder, 'current'), SECRET.toUpperCase());
    expect(await has(`auth_redirect_key_reloads_total{tenant="${ISSUER}",outcome="changed"} 1`)).toBe(true);
  });

  it('show an outage of the store, and its end', async () => {
    const failed = 'auth_redirect_store_duration_seconds_count{operation="remember",outcome="failed"}';
    expect(await metrics()).not.toContain(failed);
    expect(await has('auth_redirect_store_degradations_total{fault="tls_failed"} 0')).toBe(true);
    expect(await has('auth_redirect_store_degraded 0')).toBe(true);
    await redis.kill();
    expect(await has('auth_redirect_store_degraded 1')).toBe(true);
    const now = Math.floor(Date.now() / 1000);
    const token = jws(
      sessionClaims({ iat: now, exp: now + 60, nonce: 'alone', steps: [] }),
      undefined,
      SECRET.toUpperCase(),
    );
    expect((await service.request(`/redirect?session_token=${token}&state=s`)).status).toBe(200);
    expect(await metrics()).toContain(failed);
    await redis.restart();
    expect(await has('auth_redirect_store_degraded 0')).toBe(true);
  });

  it('have the memory of this process for an outage of Redis, and no other', async () => {
    expect(await metrics()).toMatch(/^auth_redirect_store_entries\{store="replay",kind="values"\} \d+$/m);
    expect(await metrics()).not.toContain('store="refusals"');
  });

  it('are only on their own port', async () => {
    expect((await service.request('/metrics')).status).toBe(404);
    expect((await send({ host: '127.0.0.1', port, path: '/redirect' })).status).toBe(404);
  });

  it('fail startup if their port is in use and was set explicitly', async () => {
    const taken = await ServiceProcess.spawn({ METRICS_PORT: String(port) });
    await once(taken.child, 'exit');
    expect(taken.child.exitCode).toBe(1);
    expect(taken.stderr).toContain('EADDRINUSE');
    const holder = createServer().listen(9464, '127.0.0.1');
    await Promise.race([once(holder, 'listening'), once(holder, 'error')]);
    const other = await ServiceProcess.start({ METRICS_PORT: '' });
    expect((await other.request('/healthz')).status).toBe(200);
    expect(await other.log()).toContain('no metrics: port 9464 is in use; set METRICS_PORT');
    await other.stop();
    holder.close();
  });
});

describe('the metrics of a service without Redis', () => {
  it('have entries, bytes and evictions of its memory by kind', async () => {
    const port = await freePort();
    const service = await ServiceProcess.start({ METRICS_PORT: String(port) });
    const metric = async (name: string, kind: string, store = 'replay'): Promise<number> => {
      const { body } = await send({ host: '127.0.0.1', port, path: '/metrics' });
      return Number(
        new RegExp(`^auth_redirect_store_${name}\\{store="${store}",kind="${kind}"\\} (\\d+)$`, 'm').exec(body)?.[1],
      );
    };
    expect(await metric('entries', 'values')).toBe(0);
    const now = Math.floor(Date.now() / 1000);
    const token = jws(sessionClaims({ iat: now, exp: now + 60, nonce: 'n' }));
    expect((await service.request(`/redirect?session_token=${token}&state=s`)).status).toBe(200);
    expect(await metric('entries', 'values')).toBeGreaterThan(0);
    expect(await metric('bytes', 'values')).toBeGreaterThan(40);
    for (const kind of ['values', 'counters', 'leases']) expect(await metric('evictions_total', kind)).toBe(0);
    expect(await metric('entries', 'counters', 'refusals')).toBe(0);
    const expired = jws(sessionClaims({ iat: now - 100, exp: now - 10 }));
    expect((await service.request(`/redirect?session_token=${expired}&state=s`)).status).toBe(401);
    expect(await metric('entries', 'counters', 'refusals')).toBe(1);
    await service.stop();
  });
});
