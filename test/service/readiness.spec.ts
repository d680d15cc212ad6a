import { once } from 'node:events';
import type { Reply } from '../harness/application.js';
import { RedisServer } from '../harness/redis-server.js';
import { ServiceProcess } from '../harness/service-process.js';
import { jws, sessionClaims } from '../harness/tokens.js';

const READY = { status: 200, body: '{"status":"ok"}' };
const NOT_READY = { status: 503, body: '{"status":"redis_unavailable"}' };

describe('readiness', () => {
  let redis: RedisServer;
  beforeEach(async () => {
    redis = await RedisServer.start();
  });
  afterEach(async () => redis.stop());

  /** Requests the path until it answers with this status, within the time limit of the test. */
  async function readyz(service: ServiceProcess, status: number): Promise<Reply> {
    for (;;) {
      const reply = await service.request('/readyz');
      if (reply.status === status) return reply;
    }
  }

  it('depends on Redis if configured, and health does not', async () => {
    const service = await ServiceProcess.start({ REDIS_URL: redis.url, READY_NEEDS_REDIS: 'true' });
    expect(await readyz(service, 200)).toMatchObject(READY);
    await redis.kill();
    expect(await readyz(service, 503)).toMatchObject(NOT_READY);
    expect(await service.request('/healthz')).toMatchObject(READY);
    await redis.restart();
    expect(await readyz(service, 200)).toMatchObject(READY);
    await service.stop();
  });

  it('detects that Redis hangs, without waiting for it', async () => {
    const variables = { REDIS_URL: redis.url, READY_NEEDS_REDIS: 'true', REDIS_DEADLINE_MS: '1500' };
    const service = await ServiceProcess.start(variables);
    await readyz(service, 200);
    redis.freeze();
    const durations: number[] = [];
    for (let status = 200; status === 200;) {
      const began = performance.now();
      ({ status } = await service.request('/readyz'));
      durations.push(performance.now() - began);
    }
    expect(Math.max(...durations)).toBeLessThan(1000);
    await service.stop();
  });

  it('fails until Redis has answered', async () => {
    await redis.blackHole();
    const service = await ServiceProcess.start({ REDIS_URL: redis.url, READY_NEEDS_REDIS: 'true' });
    expect(await service.request('/readyz')).toMatchObject(NOT_READY);
    redis.thaw();
    expect(await readyz(service, 200)).toMatchObject(READY);
    await service.stop();
  });

  it('does not depend on Redis otherwise', async () => {
    const service = await ServiceProcess.start({ REDIS_URL: redis.url });
    await redis.kill();
    const now = Math.floor(Date.now() / 1000);
    const token = jws(sessionClaims({ iat: now, exp: now + 60, nonce: 'n' }));
    expect((await service.request(`/redirect?session_token=${token}&state=s`)).status).toBe(200);
    expect(await service.log()).toContain('Redis does not answer');
    expect(await service.request('/readyz')).toMatchObject(READY);
    await service.stop();
  });

  it('on Redis fails startup without Redis', async () => {
    const service = await ServiceProcess.spawn({ READY_NEEDS_REDIS: 'true' });
    await once(service.child, 'close');
    expect(service.child.exitCode).toBe(78);
    expect(service.stderr).toBe(
      'configuration: READY_NEEDS_REDIS is true, and REDIS_URL is not set: set REDIS_URL, or remove READY_NEEDS_REDIS\n',
    );
  });
});
