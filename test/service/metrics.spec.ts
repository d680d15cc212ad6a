import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { send } from '../harness/application.js';
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
    writeFileSync(join(folder, 'steps.yaml'), 'terms: { title: Terms, version: a }');
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
  /** The metrics, once this line is among them; as they are after five seconds otherwise. */
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

  it('tell of secrets that are exchanged, and that cannot be', async () => {
    expect(await has(`auth_redirect_key_reloads_total{tenant="${ISSUER}",outcome="kept"} 0`)).toBe(true);
    writeFileSync(join(folder, 'current'), 'short');
    expect(await has(`auth_redirect_key_reloads_total{tenant="${ISSUER}",outcome="kept"} 1`)).toBe(true);
    writeFileSync(join(folder, 'current'), SECRET.toUpperCase());
    expect(await has(`auth_redirect_key_reloads_total{tenant="${ISSUER}",outcome="changed"} 1`)).toBe(true);
  });

  it('tell of a store that is gone, and back', async () => {
    expect(await has('auth_redirect_store_degraded 0')).toBe(true);
    await redis.kill();
    expect(await has('auth_redirect_store_degraded 1')).toBe(true);
    await redis.restart();
    expect(await has('auth_redirect_store_degraded 0')).toBe(true);
  });

  it('are on a port of their own alone', async () => {
    expect((await service.request('/metrics')).status).toBe(404);
    expect((await send({ host: '127.0.0.1', port, path: '/redirect' })).status).toBe(404);
  });

  it('stop the start where their port is in use, and only where it was asked for', async () => {
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
