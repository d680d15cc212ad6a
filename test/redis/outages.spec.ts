import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { CALLS_IN_FLIGHT_MAX } from '../../src/redis/circuit-breaker.js';
import type { RedisReplayStoreOptions } from '../../src/redis/index.js';
import { freePort } from '../harness/service-process.js';
import { RedisServer } from '../harness/redis-server.js';
import { AT_ONCE, DEADLINE, Load, ObservedStore, p99, SLACK, soon, timed, until } from './observed-store.js';

let server: RedisServer;
let opened: ObservedStore[] = [];

function open(options: Partial<RedisReplayStoreOptions> = {}, url = server.url): ObservedStore {
  const observed = new ObservedStore(url, options);
  opened.push(observed);
  return observed;
}

beforeEach(async () => {
  server = await RedisServer.start({ 'tcp-backlog': '8' });
});
afterEach(async () => {
  await Promise.all(opened.map(async ({ store }) => store.quit()));
  opened = [];
  await server.stop();
});

const OUTAGES: readonly { outage: string; begin: () => Promise<void> | void; end: () => Promise<void> | void }[] = [
  { outage: 'killed', begin: () => server.kill(), end: () => server.restart() },
  { outage: 'frozen', begin: () => server.freeze(), end: () => server.thaw() },
  { outage: 'a black hole', begin: () => server.blackHole(), end: () => server.thaw() },
];

describe.each(OUTAGES)('while Redis is $outage', ({ begin, end }) => {
  it.each(['allow', 'refuse'] as const)('no call takes longer than the deadline under %s', async (whenUnavailable) => {
    const observed = open({ whenUnavailable });
    const load = new Load(async (index) => observed.store.remember(`${index}`, 'one', soon()));
    await load.further(20);
    await begin();
    await load.further(80);
    await end();
    await observed.recovered();
    await load.further(10);
    const took = await load.stop();
    expect(p99(took)).toBeLessThan(DEADLINE + SLACK);
    // Only calls in flight at the start of the outage waited.
    expect(took.filter((milliseconds) => milliseconds > DEADLINE / 2).length).toBeLessThan(DEADLINE / 5 + 10);
  });

  it('the store reports once that it is degraded and once that it recovered', async () => {
    const observed = open();
    const { store, events } = observed;
    await store.remember('a', 'one', soon());
    expect(events).toEqual([]);
    await begin();
    const load = new Load(async () => store.remember('a', 'one', soon()));
    await until(() => events.length > 0);
    await load.further(50);
    expect(store.fault).toBeDefined();
    await end();
    await observed.recovered();
    await load.stop();
    expect(events).toEqual([expect.stringMatching(/^(?:timeout|unreachable|connection_lost)$/), 'recovered']);
  });

  it('the process uses its own values under allow, and keeps them afterwards', async () => {
    const observed = open();
    const { store } = observed;
    await store.remember('before', 'one', soon());
    await store.count('attempts', soon());
    await begin();
    expect(await store.remember('before', 'two', soon())).toBe('one');
    expect(await store.remember('meanwhile', 'one', soon())).toBe('one');
    expect(await store.remember('meanwhile', 'two', soon())).toBe('one');
    expect(await store.recall('before')).toBe('one');
    expect(await store.recall('meanwhile')).toBe('one');
    expect(await store.count('attempts', soon())).toBe(2);
    await end();
    await observed.recovered();
    expect(await store.recall('meanwhile')).toBe('one');
    expect(await store.remember('before', 'two', soon())).toBe('one');
    expect(await store.remember('meanwhile', 'two', soon())).toBe('one');
    expect(await store.count('attempts', soon())).toBe(3);
  });

  it('a value is accepted, and other replicas see it when it is used again', async () => {
    const observed = open();
    const { store } = observed;
    await store.settled();
    await begin();
    await store.remember('meanwhile', 'one', soon());
    await end();
    await observed.recovered();
    expect(await store.remember('meanwhile', 'two', soon())).toBe('one');
    expect(await open().store.remember('meanwhile', 'three', soon())).toBe('one');
  });

  it('a lease that another replica holds stays held for its time under allow', async () => {
    const [holder, waiter] = [open().store, open().store];
    const began = performance.now();
    expect(await holder.lease('step', 'holder', 600)).toBe(true);
    expect(await waiter.lease('step', 'waiter', 600)).toBe(false);
    await begin();
    expect(await waiter.lease('step', 'waiter', 600)).toBe(false);
    expect(await holder.lease('step', 'holder', 100)).toBe(true);
    await until(async () => waiter.lease('step', 'waiter', 600));
    expect(performance.now() - began).toBeGreaterThan(600);
    await end();
  });

  it('one owner in this process gets a lease at a time under allow', async () => {
    const { store } = open();
    await store.settled();
    await begin();
    expect(await store.lease('step', 'first', 10_000)).toBe(true);
    expect(await store.lease('step', 'second', 10_000)).toBe(false);
    expect(await store.lease('step', 'first', 10_000)).toBe(true);
    await store.release('step', 'second');
    expect(await store.lease('step', 'second', 10_000)).toBe(false);
    await store.release('step', 'first');
    expect(await store.lease('step', 'second', 10_000)).toBe(true);
    await end();
  });

  it('every call fails under refuse, and succeeds again afterwards', async () => {
    const observed = open({ whenUnavailable: 'refuse' });
    const { store } = observed;
    await store.remember('before', 'one', soon());
    await begin();
    const refusal = { code: 'replay_store_unavailable', message: 'the replay store does not answer in time' };
    await expect(store.remember('before', 'one', soon())).rejects.toMatchObject(refusal);
    await expect(store.recall('before')).rejects.toMatchObject(refusal);
    await expect(store.count('attempts', soon())).rejects.toMatchObject(refusal);
    await expect(store.lease('step', 'owner', 1000)).rejects.toMatchObject(refusal);
    await expect(store.release('step', 'owner')).rejects.toMatchObject(refusal);
    await end();
    await observed.recovered();
    expect(await store.remember('afterwards', 'one', soon())).toBe('one');
    expect(await store.remember('afterwards', 'two', soon())).toBe('one');
  });

  it('the store quits within the deadline', async () => {
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

describe('a Redis that is away at startup', () => {
  it.each([
    ['nothing listens', async () => `redis://127.0.0.1:${await freePort()}`],
    ['its name is unknown', async () => 'redis://redis.invalid:6379'],
    ['it is a black hole', async () => server.blackHole().then(() => server.url)],
    ['no node of the cluster listens', async () => `redis+cluster://127.0.0.1:${await freePort()}`],
    ['the names of the cluster are unknown', async () => 'redis+cluster://redis.invalid,redis2.invalid'],
    ['no Sentinel listens', async () => `redis+sentinel://127.0.0.1:${await freePort()}/main`],
  ])('holds no call longer than the deadline: %s', async (_where, url) => {
    const { store, events } = open({}, await url());
    const took = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => timed(async () => store.remember(`${index}`, 'one', soon()))),
    );
    expect(Math.max(...took)).toBeLessThan(DEADLINE + SLACK);
    expect(await timed(async () => store.count('attempts', soon()))).toBeLessThan(AT_ONCE);
    expect(events).toEqual(['unreachable']);
  });

  it('is not sent the calls whose deadline has passed', async () => {
    await server.blackHole();
    const observed = open();
    await Promise.all(Array.from({ length: 50 }, async (_, index) => observed.store.count(`${index}`, soon())));
    server.thaw();
    await observed.recovered();
    const keys = (await server.command('KEYS', '*')) as string[];
    expect(keys.filter((key) => !key.includes(':probe:'))).toEqual([]);
  });

  it('is used as soon as it answers', async () => {
    await server.kill();
    const observed = open();
    await observed.store.settled();
    expect(observed.store.isAnswering).toBe(false);
    await server.restart();
    await observed.recovered();
    expect(observed.store.isAnswering).toBe(true);
    expect(observed.events).toEqual(['unreachable', 'recovered']);
    await observed.store.remember('a', 'one', soon());
    expect(await open().store.recall('a')).toBe('one');
  });
});

describe('an outage whose fault changes', () => {
  it('is reported once', async () => {
    const observed = open();
    await observed.store.settled();
    server.freeze();
    await observed.store.count('a', soon());
    expect(observed.store.fault).toBe('timeout');
    await server.kill();
    const load = new Load(async () => observed.store.count('a', soon()));
    await load.further(50);
    await server.restart();
    await observed.recovered();
    await load.stop();
    expect(observed.events).toEqual(['timeout', 'recovered']);
  });
});

describe('a Redis that answers with errors', () => {
  it.each([
    ['read_only', ['REPLICAOF', '127.0.0.1', '1'], ['REPLICAOF', 'NO', 'ONE']],
    ['server_error', ['CONFIG', 'SET', 'maxmemory', '1'], ['CONFIG', 'SET', 'maxmemory', '0']],
    ['not_permitted', ['ACL', 'SETUSER', 'default', '-eval'], ['ACL', 'SETUSER', 'default', '+eval']],
  ])('counts as unavailable until it can write again: %s', async (fault, begin, end) => {
    const observed = open();
    const { store, events } = observed;
    await store.remember('a', 'one', soon());
    await server.command(...begin);
    expect(await store.remember('a', 'two', soon())).toBe('one');
    expect(await store.remember('b', 'one', soon())).toBe('one');
    expect(events).toEqual([fault]);
    await server.command(...end);
    await observed.recovered();
    expect(events).toEqual([fault, 'recovered']);
  });
});

async function networkTo(portOf: () => number): Promise<{ url: string; connections: Socket[]; close: () => void }> {
  const connections: Socket[] = [];
  const network = createServer((client) => {
    const onwards = connect(portOf(), '127.0.0.1');
    client.pipe(onwards).pipe(client);
    for (const socket of [client, onwards]) connections.push(socket.on('error', () => undefined));
  });
  await once(network.listen(0, '127.0.0.1'), 'listening');
  const close = (): void => {
    for (const socket of connections) socket.destroy();
    network.close();
  };
  return { url: `redis://127.0.0.1:${(network.address() as AddressInfo).port}`, connections, close };
}

describe('a connection that the network dropped silently', () => {
  it('is replaced, and no call is sent after its deadline', async () => {
    const network = await networkTo(() => server.port);
    const observed = open({}, network.url);
    const { store, events } = observed;
    await store.remember('a', 'one', soon());
    for (const socket of network.connections) socket.unpipe().pause();
    expect(await timed(async () => store.count('tries', soon()))).toBeLessThan(DEADLINE + SLACK);
    await observed.recovered();
    expect(events).toEqual(['timeout', 'recovered']);
    expect(await server.command('GET', 'auth-redirect:tries')).toBeNull();
    network.close();
  });
});

describe('a connection to a server that became a replica', () => {
  it('is replaced, as the address may belong to another server by now', async () => {
    const successor = await RedisServer.start();
    let { port } = server;
    const network = await networkTo(() => port);
    const observed = open({}, network.url);
    await observed.store.remember('a', 'one', soon());
    ({ port } = successor);
    await server.command('REPLICAOF', '127.0.0.1', String(port));
    await observed.store.remember('a', 'two', soon());
    await observed.store.remember('b', 'one', soon());
    await observed.recovered();
    expect(observed.events).toEqual(['read_only', 'recovered']);
    expect(await observed.store.remember('b', 'two', soon())).toBe('one');
    expect(await successor.command('GET', 'auth-redirect:b')).toBe('one');
    network.close();
    await successor.stop();
  });
});

describe('a frozen Redis', () => {
  it('gets the calls of the first deadline, and later an occasional probe', async () => {
    const { store } = open();
    await store.settled();
    server.freeze();
    const load = new Load(async (index) => store.remember(`${index}`, 'one', soon()), 2);
    await load.further(DEADLINE * 1.4);
    await load.stop();
    await store.quit();
    server.thaw();
    // The test made one call every two milliseconds. A new connection would show that the first one was fully
    // processed.
    expect(Number(await server.command('DBSIZE'))).toBeLessThan(DEADLINE);
  });

  it('has a bounded number of calls waiting for it', async () => {
    const { store, events } = open();
    await store.settled();
    server.freeze();
    let ended = 0;
    const calls = Array.from({ length: CALLS_IN_FLIGHT_MAX }, async (_, index) => {
      const counted = await store.count(`${index}`, soon());
      ended += 1;
      return counted;
    });
    expect(await store.count('on top', soon())).toBe(1);
    expect(ended).toBe(0);
    expect(events).toEqual(['overloaded']);
    expect(new Set(await Promise.all(calls))).toEqual(new Set([1]));
  });
});

describe('a connection that ends while Redis is running', () => {
  it('is replaced unnoticed', async () => {
    const { store, events } = open({ whenUnavailable: 'refuse' });
    await store.remember('a', 'one', soon());
    for (let calls = 0; calls < 20; calls += 1) {
      await server.command('CLIENT', 'KILL', 'TYPE', 'normal');
      // The end of the connection arrives before, during or after the next call.
      if (calls % 2 === 0) await pause(calls / 2);
      expect(await store.remember('a', 'two', soon())).toBe('one');
    }
    expect(events).toEqual([]);
  });
});

describe('a Redis that restarts empty', () => {
  it('gets a value again from a process that has it, when the key is used again', async () => {
    const [first, second] = [open(), open({ whenUnavailable: 'refuse' })];
    await first.store.remember('of the first', 'one', soon());
    await second.store.remember('of the second', 'one', soon());
    await server.kill();
    await server.restart();
    await Promise.all([first.recovered(), second.recovered()]);
    expect(await first.store.remember('of the first', 'two', soon())).toBe('one');
    expect(await second.store.remember('of the second', 'two', soon())).toBe('one');
    expect(await second.store.remember('of the first', 'three', soon())).toBe('one');
    expect(await first.store.remember('of the second', 'three', soon())).toBe('one');
  });

  it('counts no lower than the process did', async () => {
    const observed = open();
    for (let calls = 1; calls <= 3; calls += 1) expect(await observed.store.count('tries', soon())).toBe(calls);
    await server.kill();
    await server.restart();
    await observed.recovered();
    expect(await observed.store.count('tries', soon())).toBe(4);
    expect(await open().store.count('tries', soon())).toBe(2);
  });
});

describe('two replicas that accepted different values while Redis was away', () => {
  it('keep to their own values', async () => {
    const [first, second] = [open(), open()];
    await Promise.all([first.store.settled(), second.store.settled()]);
    await server.kill();
    expect(await first.store.remember('claim', 'first', soon())).toBe('first');
    expect(await second.store.remember('claim', 'second', soon())).toBe('second');
    await server.restart();
    await Promise.all([first.recovered(), second.recovered()]);
    for (let turn = 0; turn < 2; turn += 1) {
      expect(await first.store.remember('claim', 'another', soon())).toBe('first');
      expect(await second.store.remember('claim', 'another', soon())).toBe('second');
      expect(await second.store.recall('claim')).toBe('second');
    }
  });
});

describe('a Redis that has lost the scripts', () => {
  it('gets them again', async () => {
    const { store } = open({ whenUnavailable: 'refuse' });
    await store.count('a', soon());
    await store.count('a', soon());
    await server.command('SCRIPT', 'FLUSH');
    expect(await store.count('a', soon())).toBe(3);
  });
});

describe('a late answer', () => {
  it('does not replace decisions of this process in the meantime', async () => {
    const { store } = open();
    await store.settled();
    server.freeze();
    const opening = store.remember('another', 'one', soon());
    await pause(DEADLINE - 50);
    const inFlight = store.remember('claim', 'first', soon());
    await opening;
    expect(await store.remember('claim', 'second', soon())).toBe('second');
    server.thaw();
    expect(await inFlight).toBe('second');
    expect(await store.remember('claim', 'first', soon())).toBe('second');
  });

  it('is in time if this process was busy', async () => {
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
      const key = `claim ${index % 60}`;
      const calls = replicas.map(async ({ store }, replica) => {
        const held = await store.remember(key, `replica ${replica}`, soon());
        if (held === `replica ${replica}`) owners.set(key, (owners.get(key) ?? new Set()).add(replica));
      });
      await Promise.allSettled(calls);
    };
    const load = new Load(tryBoth);
    await load.further(20);
    await begin();
    await load.further(60);
    await end();
    await Promise.all(replicas.map(async (replica) => replica.recovered()));
    await until(() => owners.size === 60);
    await load.stop();
    expect([...owners.values()].filter(({ size }) => size !== 1)).toEqual([]);
  });
});
