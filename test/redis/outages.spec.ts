import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { CALLS_IN_FLIGHT_MAX } from '../../src/redis/redis-link.js';
import type { RedisReplayStoreOptions } from '../../src/redis/index.js';
import { freePort } from '../harness/service-process.js';
import { RedisServer } from '../harness/redis-server.js';
import { AT_ONCE, DEADLINE, Load, p99, SLACK, soon, StoreStand, timed, until } from './store-stand.js';

let server: RedisServer;
let stands: StoreStand[] = [];

function open(options: Partial<RedisReplayStoreOptions> = {}, url = server.url): StoreStand {
  const stand = new StoreStand(url, options);
  stands.push(stand);
  return stand;
}

beforeEach(async () => {
  server = await RedisServer.start({ 'tcp-backlog': '8' });
});
afterEach(async () => {
  await Promise.all(stands.map(async ({ store }) => store.quit()));
  stands = [];
  await server.stop();
});

const OUTAGES: readonly { outage: string; begin: () => Promise<void> | void; end: () => Promise<void> | void }[] = [
  { outage: 'killed', begin: () => server.kill(), end: () => server.restart() },
  { outage: 'frozen', begin: () => server.freeze(), end: () => server.thaw() },
  { outage: 'a black hole', begin: () => server.blackHole(), end: () => server.thaw() },
];

describe.each(OUTAGES)('while Redis is $outage', ({ begin, end }) => {
  it.each(['allow', 'refuse'] as const)('no call takes longer than the deadline, under %s', async (whenUnavailable) => {
    const { store } = open({ whenUnavailable });
    const load = new Load(async (index) => store.remember(`${index}`, 'one', soon()));
    await pause(300);
    await begin();
    await pause(2000);
    await end();
    await until(() => store.fault === undefined);
    await pause(200);
    const took = await load.stop();
    expect(took.length).toBeGreaterThan(300);
    expect(p99(took)).toBeLessThan(DEADLINE + SLACK);
    // None but those that were under way when it began had to wait.
    expect(took.filter((milliseconds) => milliseconds > DEADLINE / 2).length).toBeLessThan(DEADLINE / 5 + 10);
  });

  it('says once that it degrades and once that it recovered', async () => {
    const { store, events } = open();
    await store.remember('a', 'one', soon());
    expect(events).toEqual([]);
    await begin();
    const load = new Load(async () => store.remember('a', 'one', soon()));
    await until(() => events.length > 0);
    await pause(1000);
    expect(store.fault).toBeDefined();
    await end();
    await until(() => store.fault === undefined);
    await load.stop();
    expect(events).toEqual([expect.stringMatching(/^(?:timeout|unreachable|connection_lost)$/), 'recovered']);
  });

  it('goes on under allow, with what it knows, and holds on to that afterwards', async () => {
    const { store } = open();
    await store.remember('before', 'one', soon());
    await store.count('attempts', soon());
    await begin();
    expect(await store.remember('before', 'two', soon())).toBe('one');
    expect(await store.remember('meanwhile', 'one', soon())).toBe('one');
    expect(await store.remember('meanwhile', 'two', soon())).toBe('one');
    expect(await store.recall('meanwhile')).toBe('one');
    expect(await store.count('attempts', soon())).toBe(2);
    await end();
    await until(() => store.fault === undefined);
    expect(await store.remember('before', 'two', soon())).toBe('one');
    expect(await store.remember('meanwhile', 'two', soon())).toBe('one');
    expect(await store.recall('meanwhile')).toBe('one');
    expect(await store.count('attempts', soon())).toBe(3);
  });

  it('tells Redis afterwards what it decided alone, so that other replicas know it too', async () => {
    const { store } = open();
    await store.settled();
    await store.remember('undone', 'one', soon());
    await begin();
    await store.remember('meanwhile', 'one', soon());
    await store.count('attempts', soon());
    await store.forget('undone');
    expect(await store.recall('undone')).toBeUndefined();
    await end();
    await until(() => store.fault === undefined);
    const replica = open().store;
    await until(async () => (await replica.recall('attempts')) === '1');
    expect(await replica.remember('meanwhile', 'two', soon())).toBe('one');
    expect(await replica.count('attempts', soon())).toBe(2);
    expect(await replica.remember('undone', 'two', soon())).toBe('two');
  });

  it('refuses under refuse, whatever is asked, and answers again afterwards', async () => {
    const { store } = open({ whenUnavailable: 'refuse' });
    await store.remember('before', 'one', soon());
    await begin();
    const refusal = { code: 'replay_store_unavailable', message: 'the replay store does not answer in time' };
    await expect(store.remember('before', 'one', soon())).rejects.toMatchObject(refusal);
    await expect(store.recall('before')).rejects.toMatchObject(refusal);
    await expect(store.forget('before')).rejects.toMatchObject(refusal);
    await expect(store.count('attempts', soon())).rejects.toMatchObject(refusal);
    await end();
    await until(() => store.fault === undefined);
    // The forgetting that was refused may have come to pass; a value of its own it still holds.
    expect(await store.remember('afterwards', 'one', soon())).toBe('one');
    expect(await store.remember('afterwards', 'two', soon())).toBe('one');
  });

  it('ends within the deadline', async () => {
    const { store } = open();
    await store.remember('a', 'one', soon());
    await begin();
    const call = store.remember('b', 'one', soon());
    expect(await timed(async () => store.quit())).toBeLessThan(DEADLINE + SLACK);
    await call;
    expect(store.fault).toBe('closed');
    expect(await store.remember('b', 'two', soon())).toBe('one');
  });
});

describe('a Redis that is not there at the start', () => {
  it.each([
    ['nothing listens', async () => `redis://127.0.0.1:${await freePort()}`],
    ['its name is unknown', async () => 'redis://redis.invalid:6379'],
    ['it is a black hole', async () => server.blackHole().then(() => server.url)],
  ])('holds no call longer than the deadline: %s', async (_where, url) => {
    const { store, events } = open({}, await url());
    const took = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => timed(async () => store.remember(`${index}`, 'one', soon()))),
    );
    expect(Math.max(...took)).toBeLessThan(DEADLINE + SLACK);
    expect(await timed(async () => store.count('attempts', soon()))).toBeLessThan(AT_ONCE);
    expect(events).toEqual(['unreachable']);
  });

  it('is used as soon as it is there', async () => {
    await server.kill();
    const { store, events } = open();
    await store.remember('a', 'one', soon());
    await server.restart();
    await until(() => store.fault === undefined);
    expect(events).toEqual(['unreachable', 'recovered']);
    const replica = open().store;
    await until(async () => (await replica.recall('a')) === 'one');
  });
});

describe('a connection that the network lost without a word', () => {
  it('is given up for a new one', async () => {
    const connections: Socket[] = [];
    const network = createServer((client) => {
      const onwards = connect(server.port, '127.0.0.1');
      client.pipe(onwards).pipe(client);
      for (const socket of [client, onwards]) connections.push(socket.on('error', () => undefined));
    });
    await once(network.listen(0, '127.0.0.1'), 'listening');
    const { store, events } = open({}, `redis://127.0.0.1:${(network.address() as AddressInfo).port}`);
    await store.remember('a', 'one', soon());
    for (const socket of connections) socket.unpipe().pause();
    expect(await timed(async () => store.remember('a', 'one', soon()))).toBeLessThan(DEADLINE + SLACK);
    await until(() => store.fault === undefined);
    expect(events).toEqual(['timeout', 'recovered']);
    for (const socket of connections) socket.destroy();
    network.close();
  });
});

describe('what a frozen Redis is sent', () => {
  it('is what was under way when it froze, and a probe now and then', async () => {
    const { store } = open();
    await store.settled();
    server.freeze();
    const load = new Load(async (index) => store.remember(`${index}`, 'one', soon()), 2);
    await pause(1500);
    const calls = (await load.stop()).length;
    await store.quit();
    server.thaw();
    expect(calls).toBeGreaterThan(DEADLINE);
    // Those of the first deadline, at one every two milliseconds; what it may be told later is not told any more.
    expect(Number(await server.command('DBSIZE'))).toBeLessThan(DEADLINE);
  });

  it('is never more than a few thousand calls: what comes on top does not wait', async () => {
    const { store, events } = open();
    await store.settled();
    server.freeze();
    let over = 0;
    const calls = Array.from({ length: CALLS_IN_FLIGHT_MAX }, async (_, index) => {
      const counted = await store.count(`${index}`, soon());
      over += 1;
      return counted;
    });
    expect(await store.count('on top', soon())).toBe(1);
    expect(over).toBe(0);
    expect(events).toEqual(['overloaded']);
    expect(new Set(await Promise.all(calls))).toEqual(new Set([1]));
  });
});

describe('a connection that ends while Redis is there', () => {
  it('is replaced without anyone noticing', async () => {
    const { store, events } = open({ whenUnavailable: 'refuse' });
    await store.remember('a', 'one', soon());
    await server.command('CLIENT', 'KILL', 'TYPE', 'normal');
    expect(await store.remember('a', 'two', soon())).toBe('one');
    await server.command('CLIENT', 'KILL', 'TYPE', 'normal');
    await pause(5);
    expect(await store.remember('a', 'two', soon())).toBe('one');
    expect(events).toEqual([]);
  });
});

describe('a Redis that comes back without its data', () => {
  it('is told again what was remembered before', async () => {
    const [first, second] = [open(), open({ whenUnavailable: 'refuse' })];
    await first.store.remember('of the first', 'one', soon());
    await second.store.remember('of the second', 'one', soon());
    await server.kill();
    await server.restart();
    await until(async () => (await second.store.recall('of the first').catch(() => '')) === 'one');
    await until(async () => (await first.store.recall('of the second')) === 'one');
    expect(await second.store.remember('of the first', 'two', soon())).toBe('one');
    expect(await first.store.remember('of the second', 'two', soon())).toBe('one');
  });
});

describe('a Redis that has its data still', () => {
  it('decides, also over what this process remembered before the connection ended', async () => {
    const [first, second] = [open(), open()];
    await first.store.remember('claim', 'first', soon());
    expect(await second.store.remember('claim', 'second', soon())).toBe('first');
    await server.command('CLIENT', 'KILL', 'TYPE', 'normal');
    await first.store.forget('claim');
    expect(await second.store.remember('claim', 'second', soon())).toBe('second');
    expect(await first.store.remember('claim', 'first', soon())).toBe('second');
  });
});

describe('a Redis that has forgotten the scripts', () => {
  it('is told them again', async () => {
    const { store } = open({ whenUnavailable: 'refuse' });
    await store.count('a', soon());
    await store.count('a', soon());
    await server.command('SCRIPT', 'FLUSH');
    expect(await store.count('a', soon())).toBe(3);
  });
});

describe('what comes late', () => {
  it('is discarded where this process has decided since', async () => {
    const { store } = open();
    await store.settled();
    server.freeze();
    const opening = store.remember('another', 'one', soon());
    await pause(DEADLINE - 50);
    const underWay = store.remember('claim', 'first', soon());
    await opening;
    expect(await store.remember('claim', 'second', soon())).toBe('second');
    server.thaw();
    expect(await underWay).toBe('second');
    expect(await store.remember('claim', 'first', soon())).toBe('second');
  });

  it('is in time where it was this process that was busy', async () => {
    const { store, events } = open({ whenUnavailable: 'refuse' });
    await store.remember('a', 'one', soon());
    const call = store.remember('a', 'two', soon());
    await new Promise((resolve) => process.nextTick(resolve));
    const end = performance.now() + 2 * DEADLINE;
    while (performance.now() < end);
    expect(await call).toBe('one');
    expect(events).toEqual([]);
  });
});

describe.each([
  { what: 'frozen', settings: {}, begin: () => server.freeze(), end: async () => server.thaw() },
  {
    what: 'killed, with its data on disk',
    settings: { appendonly: 'yes', appendfsync: 'always' },
    begin: async () => server.kill(),
    end: async () => server.restart(),
  },
])('two replicas under refuse, while Redis is $what', ({ settings, begin, end }) => {
  it('accept nothing twice', async () => {
    await server.restart(settings);
    const replicas = [open({ whenUnavailable: 'refuse' }), open({ whenUnavailable: 'refuse' })];
    const owners = new Map<string, Set<number>>();
    const tryBoth = async (index: number): Promise<void> => {
      const key = `claim ${index % 150}`;
      const asked = replicas.map(async ({ store }, replica) => {
        const held = await store.remember(key, `replica ${replica}`, soon());
        if (held === `replica ${replica}`) owners.set(key, (owners.get(key) ?? new Set()).add(replica));
      });
      await Promise.allSettled(asked);
    };
    const load = new Load(tryBoth);
    await pause(300);
    await begin();
    await pause(1000);
    await end();
    await until(() => replicas.every(({ store }) => store.fault === undefined));
    await until(() => owners.size === 150);
    await load.stop();
    expect([...owners.values()].filter(({ size }) => size !== 1)).toEqual([]);
  });
});
