import { RedisServer } from '../harness/redis-server.js';
import { soon, ObservedStore } from './observed-store.js';

const CALLS = 1000;

describe('three replicas with one Redis', () => {
  let server: RedisServer;
  let replicas: ObservedStore[];
  beforeAll(async () => {
    server = await RedisServer.start();
    replicas = [1, 2, 3].map(() => new ObservedStore(server.url, { whenUnavailable: 'refuse', deadline: 5000 }));
  });
  afterAll(async () => {
    await Promise.all(replicas.map(async ({ store }) => store.quit()));
    await server.stop();
  });

  async function inParallel<T>(call: (store: ObservedStore['store'], index: number) => Promise<T>): Promise<T[]> {
    return Promise.all(
      Array.from({ length: CALLS }, async (_, index) =>
        call(replicas[index % 3]?.store as ObservedStore['store'], index),
      ),
    );
  }

  it('count each of 1,000 parallel calls once', async () => {
    const counted = await inParallel(async (store) => store.count('attempts', soon()));
    expect(counted.toSorted((a, b) => a - b)).toEqual(Array.from({ length: CALLS }, (_, index) => index + 1));
  });

  it('agree on one of 1,000 values that are offered in parallel', async () => {
    const held = await inParallel(async (store, index) => store.remember('claim', `${index}`, soon()));
    expect(new Set(held).size).toBe(1);
    expect(held.filter((value, index) => value === `${index}`)).toHaveLength(1);
  });

  it('give a lease to one of 1,000 owners that request it in parallel', async () => {
    const taken = await inParallel(async (store, index) => store.lease('step', `${index}`, 30_000));
    expect(taken.filter(Boolean)).toHaveLength(1);
    const owner = taken.indexOf(true);
    await replicas[owner % 3]?.store.release('step', `${owner}`);
    const again = await inParallel(async (store, index) => store.lease('step', `${index}`, 30_000));
    expect(again.filter(Boolean)).toHaveLength(1);
  });

  it('use the keys of their own application only', async () => {
    const neighbour = new ObservedStore(server.url, { keyPrefix: 'another:' });
    await replicas[0]?.store.remember('a', 'one', soon());
    expect(await neighbour.store.remember('a', 'two', soon())).toBe('two');
    await neighbour.store.quit();
    const keys = ((await server.command('KEYS', '*')) as string[]).filter((key) => !key.includes(':probe:'));
    expect(keys.toSorted()).toEqual([
      'another:a',
      'auth-redirect:a',
      'auth-redirect:attempts',
      'auth-redirect:claim',
      'auth-redirect:step',
    ]);
  });

  it('store no key without an expiry', async () => {
    const keys = (await server.command('KEYS', '*')) as string[];
    const lives = await Promise.all(keys.map(async (key) => server.command('PTTL', key)));
    expect(lives.filter((life) => Number(life) <= 0)).toEqual([]);
  });

  it('saw no outage meanwhile', () => {
    expect(replicas.flatMap(({ events }) => events)).toEqual([]);
  });
});
