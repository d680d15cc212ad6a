import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, ServiceProcess } from '../harness/service-process.js';
import { RedisServer } from '../harness/redis-server.js';
import { jws, sessionClaims } from '../harness/tokens.js';
import { AT_ONCE, DEADLINE, Load, ObservedStore, SLACK, soon, timed, until } from './observed-store.js';
import { TlsFiles } from './tls-files.js';

const PASSWORD = 'correct-horse';

/** The permissions that docs/how-to/redis.md names. */
const COMMANDS = ['+eval', '+get', '+set', '+del', '+quit', '+cluster|slots'];

/** Options of a store that fails if Redis does not answer at all. */
const PATIENT = { whenUnavailable: 'refuse', deadline: 5000 } as const;

/** Enough keys that every node stores some. */
const KEYS = Array.from({ length: 60 }, (_, index) => `key ${index}`);

let nodes: RedisServer[] = [];
let opened: ObservedStore[] = [];
afterEach(async () => {
  await Promise.all(opened.map(async ({ store }) => store.quit()));
  opened = [];
});
afterAll(async () => stopNodes());

async function stopNodes(): Promise<void> {
  await Promise.all(nodes.map(async (node) => node.stop()));
  nodes = [];
}

function open(...given: ConstructorParameters<typeof ObservedStore>): ObservedStore {
  const observed = new ObservedStore(...given);
  opened.push(observed);
  return observed;
}

const urlOf = (...ports: number[]): string => `redis+cluster://${ports.map((port) => `127.0.0.1:${port}`).join(',')}`;

const total = async (): Promise<number[]> =>
  Promise.all(nodes.map(async (node) => Number(await node.command('DBSIZE'))));

describe('a Redis Cluster of three nodes', () => {
  beforeAll(async () => {
    nodes = await RedisServer.startCluster(3);
  });
  afterAll(stopNodes);

  it('is used by a user with no more than the documented permissions', async () => {
    for (const node of nodes) {
      await node.command('ACL', 'SETUSER', 'app', 'on', `>${PASSWORD}`, '~auth-redirect:*', ...COMMANDS);
    }
    const url = urlOf(nodes[0]?.port ?? 0).replace('//', `//app:${PASSWORD}@`);
    const { store } = open(url, PATIENT);
    const held = await Promise.all(KEYS.map(async (key) => store.remember(`of app ${key}`, 'one', soon())));
    expect(new Set(held)).toEqual(new Set(['one']));
    for (const node of nodes) expect(String(await node.command('CLIENT', 'LIST'))).toContain('user=app');
  });

  it('is reported with a wrong password', async () => {
    const { store, events } = open(urlOf(nodes[0]?.port ?? 0).replace('//', '//app:wrong@'), { deadline: 5000 });
    await store.settled();
    expect(await store.remember('a', 'one', soon())).toBe('one');
    expect(events).toEqual(['authentication_failed']);
  });

  it('stores each key on its node, whichever node the URL names', async () => {
    const url = urlOf(await freePort(), nodes[2]?.port ?? 0);
    const { store, events } = open(url, PATIENT);
    const other = open(urlOf(nodes[0]?.port ?? 0), PATIENT);
    await Promise.all(KEYS.map(async (key) => store.remember(key, 'one', soon())));
    expect(Math.min(...(await total()))).toBeGreaterThan(5);
    const held = await Promise.all(KEYS.map(async (key) => other.store.remember(key, 'two', soon())));
    expect(new Set(held)).toEqual(new Set(['one']));
    expect(await other.store.recall('key 1')).toBe('one');
    const counted = await Promise.all(
      KEYS.map(async (_, index) => [store, other.store][index % 2]?.count('c', soon())),
    );
    expect(counted.toSorted((a = 0, b = 0) => a - b)).toEqual(KEYS.map((_, index) => index + 1));
    for (const key of KEYS) {
      expect(await store.lease(`lease ${key}`, 'first', 10_000)).toBe(true);
      expect(await other.store.lease(`lease ${key}`, 'second', 10_000)).toBe(false);
      await store.release(`lease ${key}`, 'first');
      expect(await other.store.lease(`lease ${key}`, 'second', 10_000)).toBe(true);
    }
    expect([...events, ...other.events]).toEqual([]);
  });

  it('is shared by replicas of the service that read its address from REDIS_URL_FILE', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'redis-url-'));
    const file = join(folder, 'url');
    writeFileSync(file, `${urlOf(...nodes.map(({ port }) => port))}\n`);
    const variables = { REDIS_URL_FILE: file, READY_NEEDS_REDIS: 'true', REDIS_WHEN_UNAVAILABLE: 'refuse' };
    const services = await Promise.all([ServiceProcess.start(variables), ServiceProcess.start(variables)]);
    const now = Math.floor(Date.now() / 1000);
    const token = jws(sessionClaims({ iat: now, exp: now + 300, nonce: 'of one login' }));
    const statuses = async (path: string) =>
      Promise.all(services.map(async (service) => (await service.request(path)).status));
    try {
      await until(async () => (await statuses('/readyz')).every((status) => status === 200));
      const [one, other] = services;
      expect((await one.request(`/redirect?state=first&session_token=${token}`)).status).toBe(200);
      expect((await other.request(`/redirect?state=second&session_token=${token}`)).status).toBe(409);
    } finally {
      await Promise.all(services.map(async (service) => service.stop()));
      rmSync(folder, { recursive: true });
    }
  });

  it('is used again after a node restarted, without a call that waits longer than the deadline', async () => {
    const observed = open(urlOf(...nodes.map(({ port }) => port)));
    const { store, events } = observed;
    await Promise.all(KEYS.map(async (key) => store.remember(key, 'one', soon())));
    const load = new Load(async (index) => store.remember(KEYS[index % KEYS.length] ?? '', 'two', soon()));
    await nodes[1]?.kill();
    const counted = await Promise.all(KEYS.map(async (key) => store.count(`tries ${key}`, soon())));
    expect(new Set(counted)).toEqual(new Set([1]));
    await until(() => store.fault !== undefined);
    expect(await timed(async () => store.count('attempts', soon()))).toBeLessThan(AT_ONCE);
    await load.further(50);
    // The probe uses a key of the stopped node, so answers of other nodes do not end the outage.
    expect(events).toHaveLength(1);
    await nodes[1]?.restart();
    await observed.recovered();
    // The store does not send a failed call later.
    expect(await nodes[1]?.command('KEYS', 'auth-redirect:tries*')).toEqual([]);
    await load.further(KEYS.length);
    expect(Math.max(...(await load.stop()))).toBeLessThan(DEADLINE + SLACK);
    const held = await Promise.all(KEYS.map(async (key) => store.remember(key, 'three', soon())));
    expect(new Set(held)).toEqual(new Set(['one']));
    expect(events).toEqual([expect.any(String), 'recovered']);
    expect(Math.min(...(await total()))).toBeGreaterThan(5);
  });

  it('is followed when its slots move to another node', async () => {
    const [from, to] = nodes;
    const { store, events } = open(urlOf(from?.port ?? 0), PATIENT);
    const key = 'auth-redirect:moved';
    await store.remember('moved', 'one', soon());
    const slot = String(await from?.command('CLUSTER', 'KEYSLOT', key));
    const owner = (await Promise.all(nodes.map(async (node) => node.command('EXISTS', key).catch(() => 0)))).indexOf(1);
    const [source, target] = [nodes[owner], nodes[(owner + 1) % 3]];
    const id = async (node?: RedisServer): Promise<string> => String(await node?.command('CLUSTER', 'MYID'));
    await target?.command('CLUSTER', 'SETSLOT', slot, 'IMPORTING', await id(source));
    await source?.command('CLUSTER', 'SETSLOT', slot, 'MIGRATING', await id(target));
    await source?.command('MIGRATE', '127.0.0.1', String(target?.port), key, '0', '5000');
    expect(await store.remember('moved', 'two', soon())).toBe('one');
    for (const node of [target, source, to]) await node?.command('CLUSTER', 'SETSLOT', slot, 'NODE', await id(target));
    expect(await store.remember('moved', 'three', soon())).toBe('one');
    expect(await target?.command('GET', key)).toBe('one');
    expect(events).toEqual([]);
  });

  /**
   * Returns whether a node can serve every slot, with the replica as a master. Nodes detect a failover at different
   * times.
   */
  const sees = async (node: RedisServer, replica: RedisServer): Promise<boolean> =>
    String(await node.command('CLUSTER', 'INFO')).includes('cluster_state:ok') &&
    new RegExp(String.raw`:${replica.port}@\S* (?:myself,)?master`).test(
      String(await node.command('CLUSTER', 'NODES')),
    );

  it('is used again after a replica took over from a killed node', async () => {
    const [first, second] = nodes as [RedisServer, RedisServer];
    const replica = await RedisServer.startClusterReplica(first, nodes);
    nodes.push(replica);
    const observed = open(urlOf(second.port));
    const { store, events } = observed;
    const ask = async (value: string): Promise<string[]> =>
      Promise.all(KEYS.map(async (key) => store.remember(`kept ${key}`, value, soon())));
    await ask('one');
    await first.command('WAIT', '1', '5000');
    await first.kill();
    await until(async () => (await ask('two')) && store.fault !== undefined);
    for (const node of nodes.slice(1)) await until(async () => sees(node, replica));
    await observed.recovered();
    expect(new Set(await ask('two'))).toEqual(new Set(['one']));
    const other = open(urlOf(second.port), PATIENT);
    expect(await other.store.recall('kept key 1')).toBe('one');
    expect(String(await replica.command('ROLE'))).toContain('master');
    expect(events).toEqual([expect.any(String), 'recovered']);
  });
});

describe('a Redis Cluster with TLS', () => {
  let files: TlsFiles;
  let url: string;
  beforeAll(async () => {
    files = new TlsFiles();
    const port = String(await freePort());
    const names = { 'cluster-announce-hostname': 'localhost', 'cluster-preferred-endpoint-type': 'hostname' };
    nodes = await RedisServer.startCluster(1, { 'tls-port': port, 'tls-cluster': 'yes', ...files.settings, ...names });
    url = `rediss+cluster://localhost:${port}`;
  });
  afterAll(() => files.remove());

  it('is used if its certificate is valid for the name of the node', async () => {
    const { store } = open(url, { ...PATIENT, caFile: files.certificate });
    expect(await store.remember('a', 'one', soon())).toBe('one');
  });

  it('is not used if its authority is unknown', async () => {
    const { store, events } = open(url);
    expect(await timed(async () => store.remember('a', 'one', soon()))).toBeLessThan(DEADLINE + SLACK);
    expect(events).toEqual(['unreachable']);
  });
});
