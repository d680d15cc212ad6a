import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../harness/service-process.js';
import { RedisServer } from '../harness/redis-server.js';
import { AT_ONCE, DEADLINE, Load, SLACK, soon, StoreStand, timed, until } from './store-stand.js';

const PASSWORD = 'correct-horse';
const open: { readonly stop: () => Promise<unknown> }[] = [];
afterEach(async () => {
  for (const { stop } of open.splice(0).toReversed()) await stop();
});

function stand(...given: ConstructorParameters<typeof StoreStand>): StoreStand {
  const opened = new StoreStand(...given);
  open.push({ stop: async () => opened.store.quit() });
  return opened;
}

async function redis(...given: Parameters<typeof RedisServer.start>): Promise<RedisServer> {
  const server = await RedisServer.start(...given);
  open.push({ stop: async () => server.stop() });
  return server;
}

describe('a Redis with a password', () => {
  it('is used with it, in the database that is named', async () => {
    const server = await redis({ requirepass: PASSWORD });
    const { store } = stand(`redis://:${PASSWORD}@127.0.0.1:${server.port}/2`, { whenUnavailable: 'refuse' });
    expect(await store.remember('a', 'one', soon())).toBe('one');
    const other = stand(`redis://:${PASSWORD}@127.0.0.1:${server.port}/3`, { whenUnavailable: 'refuse' });
    expect(await other.store.recall('a')).toBeUndefined();
  });

  it.each([
    ['a wrong one', ':wrong-staple@'],
    ['none', ''],
    ['an unknown user', 'nobody:wrong-staple@'],
  ])('is not used with %s: said once, without it, and no call waits', async (_case, userinfo) => {
    const server = await redis({ requirepass: PASSWORD });
    const { store, events } = stand(`redis://${userinfo}127.0.0.1:${server.port}`);
    expect(await timed(async () => store.remember('a', 'one', soon()))).toBeLessThan(DEADLINE + SLACK);
    await until(() => events.length > 0);
    for (let calls = 0; calls < 100; calls += 1) {
      expect(await timed(async () => store.remember('a', 'one', soon()))).toBeLessThan(AT_ONCE);
    }
    expect(events).toEqual(['authentication_failed']);
    expect(store.fault).toBe('authentication_failed');
  });

  it('is named as the reason where a restart brought the password', async () => {
    const server = await redis();
    const { store, events } = stand(server.url);
    await store.remember('a', 'one', soon());
    await server.restart({ requirepass: PASSWORD });
    const load = new Load(async () => store.count('a call', soon()));
    await until(() => store.fault === 'authentication_failed');
    await load.stop();
    expect(events.filter((event) => event === 'authentication_failed')).toHaveLength(1);
  });

  it('is used by a user who may no more than it takes', async () => {
    const server = await redis();
    await server.command('ACL', 'SETUSER', 'app', 'on', `>${PASSWORD}`, '~auth-redirect:*', ...COMMANDS);
    const { store } = stand(`redis://app:${PASSWORD}@127.0.0.1:${server.port}`, { whenUnavailable: 'refuse' });
    expect(await store.remember('a', 'one', soon())).toBe('one');
    expect(await store.recall('a')).toBe('one');
    await store.forget('a');
    expect(await store.count('b', soon())).toBe(1);
  });

  it('says so where a user may not do what it takes', async () => {
    const server = await redis();
    await server.command('ACL', 'SETUSER', 'app', 'on', `>${PASSWORD}`, '~another:*', ...COMMANDS);
    const { store, events } = stand(`redis://app:${PASSWORD}@127.0.0.1:${server.port}`);
    expect(await store.remember('a', 'one', soon())).toBe('one');
    expect(events).toEqual(['not_permitted']);
  });
});

/** What README says that the user needs. */
const COMMANDS = ['+eval', '+evalsha', '+get', '+set', '+del', '+quit'];

describe('a Redis with TLS', () => {
  let folder: string;
  const file = (name: string): string => join(folder, name);
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'redis-tls-'));
    const words = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    const files = ['-keyout', file('key.pem'), '-out', file('cert.pem')];
    execFileSync('openssl', ['req', ...words, ...names, ...files], { stdio: 'ignore' });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function redisWithTls(): Promise<{ server: RedisServer; url: string }> {
    const port = await freePort();
    const files = { 'tls-cert-file': file('cert.pem'), 'tls-key-file': file('key.pem'), 'tls-auth-clients': 'no' };
    const server = await redis({ 'tls-port': String(port), ...files });
    return { server, url: `rediss://localhost:${port}` };
  }

  it('is used where its authority is known', async () => {
    const { url } = await redisWithTls();
    const { store } = stand(url, { caFile: file('cert.pem'), whenUnavailable: 'refuse' });
    expect(await store.remember('a', 'one', soon())).toBe('one');
  });

  it('is not used where it is not', async () => {
    const { url } = await redisWithTls();
    const { store, events } = stand(url);
    expect(await timed(async () => store.remember('a', 'one', soon()))).toBeLessThan(DEADLINE + SLACK);
    await until(() => events.length > 0);
    expect(events).toEqual(['tls_failed']);
  });

  it('is not spoken with in the clear, nor a Redis without TLS with it', async () => {
    const { server } = await redisWithTls();
    const { store, events } = stand(`rediss://localhost:${server.port}`, { caFile: file('cert.pem') });
    expect(await timed(async () => store.remember('a', 'one', soon()))).toBeLessThan(DEADLINE + SLACK);
    await until(() => store.fault !== undefined);
    expect(events).toHaveLength(1);
  });
});

describe('a Redis behind Sentinels', () => {
  it('is found, and found again where another took its place', async () => {
    const master = await redis({ 'repl-diskless-sync-delay': '0' });
    const replica = await redis({ replicaof: ['127.0.0.1', String(master.port)] });
    const sentinel = await RedisServer.startSentinel('main', master);
    open.push({ stop: async () => sentinel.stop() });
    const unreachable = await freePort();
    const { store, events } = stand(`redis+sentinel://127.0.0.1:${unreachable},127.0.0.1:${sentinel.port}/main/0`);
    expect(await store.remember('before', 'one', soon())).toBe('one');
    await until(async () => String(await replica.command('INFO', 'replication')).includes('master_link_status:up'));
    await until(async () => String(await sentinel.command('INFO', 'sentinel')).includes('slaves=1'), 15_000);
    await master.kill();
    expect(await timed(async () => store.remember('meanwhile', 'one', soon()))).toBeLessThan(DEADLINE + SLACK);
    await until(() => events.includes('recovered'), 20_000);
    expect(await store.remember('before', 'two', soon())).toBe('one');
    expect(await store.remember('meanwhile', 'two', soon())).toBe('one');
    await until(async () => (await replica.command('GET', 'auth-redirect:meanwhile')) === 'one');
  });

  it('holds no call longer than the deadline where no Sentinel is there', async () => {
    const { store, events } = stand(
      `redis+sentinel://127.0.0.1:${await freePort()},127.0.0.1:${await freePort()}/main`,
    );
    expect(await timed(async () => store.remember('a', 'one', soon()))).toBeLessThan(DEADLINE + SLACK);
    expect(events).toEqual(['unreachable']);
  });
});
