import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { freePort } from '../harness/service-process.js';
import { RedisServer } from '../harness/redis-server.js';
import { TlsFiles } from './tls-files.js';
import { AT_ONCE, DEADLINE, Load, ObservedStore, SLACK, soon, timed, until } from './observed-store.js';

const PASSWORD = 'correct-horse';
const opened: { readonly stop: () => Promise<unknown> | void }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one.stop();
});

function open(...given: ConstructorParameters<typeof ObservedStore>): ObservedStore {
  const observed = new ObservedStore(...given);
  opened.push({ stop: async () => observed.store.quit() });
  return observed;
}

async function redis(...given: Parameters<typeof RedisServer.start>): Promise<RedisServer> {
  const server = await RedisServer.start(...given);
  opened.push(server);
  return server;
}

describe('a Redis with a password', () => {
  it('is used with the password and the database of the URL', async () => {
    const server = await redis({ requirepass: PASSWORD });
    const { store } = open(`redis://:${PASSWORD}@127.0.0.1:${server.port}/2`, { whenUnavailable: 'refuse' });
    expect(await store.remember('a', 'one', soon())).toBe('one');
    const other = open(`redis://:${PASSWORD}@127.0.0.1:${server.port}/3`, { whenUnavailable: 'refuse' });
    expect(await other.store.recall('a')).toBeUndefined();
  });

  it.each([
    ['a wrong password', ':wrong-staple@'],
    ['no password', ''],
    ['an unknown user', 'nobody:wrong-staple@'],
  ])('is reported once with %s, and no call waits', async (_case, userinfo) => {
    const server = await redis({ requirepass: PASSWORD });
    const { store, events } = open(`redis://${userinfo}127.0.0.1:${server.port}`);
    expect(await timed(async () => store.remember('a', 'one', soon()))).toBeLessThan(DEADLINE + SLACK);
    await until(() => events.length > 0);
    for (let calls = 0; calls < 100; calls += 1) {
      expect(await timed(async () => store.remember('a', 'one', soon()))).toBeLessThan(AT_ONCE);
    }
    expect(events).toEqual(['authentication_failed']);
    expect(store.fault).toBe('authentication_failed');
  });

  it('is reported with that reason if a restart enabled the password', async () => {
    const server = await redis();
    const { store, events } = open(server.url);
    await store.remember('a', 'one', soon());
    await server.restart({ requirepass: PASSWORD });
    const load = new Load(async () => store.count('a call', soon()));
    await until(() => store.fault === 'authentication_failed');
    await load.stop();
    expect(events.filter((event) => event === 'authentication_failed')).toHaveLength(1);
  });

  it('is used by a user with no more than the documented permissions', async () => {
    const server = await redis();
    await server.command('ACL', 'SETUSER', 'app', 'on', `>${PASSWORD}`, '~auth-redirect:*', ...COMMANDS);
    const { store } = open(`redis://app:${PASSWORD}@127.0.0.1:${server.port}`, { whenUnavailable: 'refuse' });
    expect(await store.remember('a', 'one', soon())).toBe('one');
    expect(await store.recall('a')).toBe('one');
    expect(await store.count('b', soon())).toBe(1);
    expect(await store.lease('c', 'owner', 1000)).toBe(true);
    await store.release('c', 'owner');
    expect(await store.lease('c', 'another', 1000)).toBe(true);
  });

  it('is reported if the user lacks the keys', async () => {
    const server = await redis();
    await server.command('ACL', 'SETUSER', 'app', 'on', `>${PASSWORD}`, '~another:*', ...COMMANDS);
    const { store, events } = open(`redis://app:${PASSWORD}@127.0.0.1:${server.port}`);
    expect(await store.remember('a', 'one', soon())).toBe('one');
    expect(events).toEqual(['not_permitted']);
  });
});

/** The permissions that docs/how-to/redis.md names. */
const COMMANDS = ['+eval', '+get', '+set', '+del', '+quit'];

describe('a Redis with TLS', () => {
  let files: TlsFiles;
  beforeAll(() => {
    files = new TlsFiles();
  });
  afterAll(() => files.remove());

  async function redisWithTls(): Promise<{ server: RedisServer; url: string }> {
    const port = await freePort();
    const server = await redis({ 'tls-port': String(port), ...files.settings });
    return { server, url: `rediss://localhost:${port}` };
  }

  it('is used if its authority is trusted', async () => {
    const { url } = await redisWithTls();
    const { store } = open(url, { caFile: files.certificate, whenUnavailable: 'refuse' });
    expect(await store.remember('a', 'one', soon())).toBe('one');
  });

  it('is not used if its authority is unknown', async () => {
    const { url } = await redisWithTls();
    const { store, events } = open(url, { deadline: 5000 });
    expect(await timed(async () => store.remember('a', 'one', soon()))).toBeLessThan(5000);
    expect(events).toEqual(['tls_failed']);
  });

  it('is not used if its port does not speak TLS', async () => {
    const { server } = await redisWithTls();
    const { store, events } = open(`rediss://localhost:${server.port}`, { caFile: files.certificate });
    expect(await timed(async () => store.remember('a', 'one', soon()))).toBeLessThan(DEADLINE + SLACK);
    await until(() => store.fault !== undefined);
    expect(events).toHaveLength(1);
  });
});

describe('a Redis behind three Sentinels', () => {
  it('is found, and its successor after a failover', async () => {
    const master = await redis({ 'repl-diskless-sync-delay': '0' });
    const replica = await redis({ replicaof: ['127.0.0.1', String(master.port)] });
    const sentinels = await RedisServer.startSentinels(3, 'main', master);
    opened.push(...sentinels);
    const hosts = [await freePort(), ...sentinels.map(({ port }) => port)].map((port) => `127.0.0.1:${port}`);
    const { store, events } = open(`redis+sentinel://${hosts.join(',')}/main/0`);
    expect(await store.remember('before', 'one', soon())).toBe('one');
    await until(async () => String(await replica.command('INFO', 'replication')).includes('master_link_status:up'));
    await until(async () => (await replica.command('GET', 'auth-redirect:before')) === 'one');
    for (const sentinel of sentinels) {
      await until(async () => String(await sentinel.command('INFO', 'sentinel')).includes('slaves=1,sentinels=3'));
    }
    await master.kill();
    expect(await timed(async () => store.remember('meanwhile', 'one', soon()))).toBeLessThan(DEADLINE + SLACK);
    await until(() => events.includes('recovered'), 20_000);
    expect(await store.remember('before', 'two', soon())).toBe('one');
    expect(await store.remember('meanwhile', 'two', soon())).toBe('one');
    expect(await replica.command('GET', 'auth-redirect:meanwhile')).toBe('one');
    expect(events.filter((event) => event === 'recovered')).toHaveLength(1);
  });

  it('is found although a Sentinel returned an invalid address', async () => {
    const { port: portOfMaster } = await redis();
    let port = '99999';
    const sentinel = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (commands) => {
        for (const command of String(commands).split(/(?=\*\d+\r\n)/)) {
          const master = `*2\r\n$9\r\n127.0.0.1\r\n$5\r\n${port}\r\n`;
          socket.write(command.includes('get-master-addr-by-name') ? master : '*0\r\n');
        }
      });
    });
    opened.push({ stop: () => void sentinel.close() });
    await once(sentinel.listen(0, '127.0.0.1'), 'listening');
    const observed = open(`redis+sentinel://127.0.0.1:${(sentinel.address() as AddressInfo).port}/main`);
    await until(() => observed.store.fault !== undefined);
    port = String(portOfMaster);
    await observed.recovered();
    expect(observed.store.isAnswering).toBe(true);
  });

  it('is not used with a wrong password of the Sentinels', async () => {
    const master = await redis();
    const [sentinel] = await RedisServer.startSentinels(1, 'main', master);
    if (sentinel) opened.push(sentinel);
    await sentinel?.command('ACL', 'SETUSER', 'default', 'resetpass', `>${PASSWORD}`);
    const url = `redis+sentinel://127.0.0.1:${sentinel?.port}/main?sentinelPassword=`;
    const { store, events } = open(`${url}wrong`, { deadline: 5000 });
    await store.settled();
    expect(events).toEqual(['authentication_failed']);
    const right = open(`${url}${PASSWORD}`, { whenUnavailable: 'refuse' });
    expect(await right.store.remember('a', 'one', soon())).toBe('one');
  });
});
