import { RedisServer } from '../harness/redis-server.js';
import { soon, StoreStand } from './store-stand.js';

const CALLS = 1000;

describe('three replicas with one Redis', () => {
  let server: RedisServer;
  let replicas: StoreStand[];
  beforeAll(async () => {
    server = await RedisServer.start();
    replicas = [1, 2, 3].map(() => new StoreStand(server.url, { whenUnavailable: 'refuse', deadline: 5000 }));
  });
  afterAll(async () => {
    await Promise.all(replicas.map(async ({ store }) => store.quit()));
    await server.stop();
  });

  async function inParallel<T>(call: (store: StoreStand['store'], index: number) => Promise<T>): Promise<T[]> {
    return Promise.all(
      Array.from({ length: CALLS }, async (_, index) => call(replicas[index % 3]?.store as StoreStand['store'], index)),
    );
  }

  it('count every one of 1,000 parallel calls, and one of them as the first', async () => {
    const counted = await inParallel(async (store) => store.count('attempts', soon()));
    expect(counted.toSorted((a, b) => a - b)).toEqual(Array.from({ length: CALLS }, (_, index) => index + 1));
  });

  it('agree on one of 1,000 values that are remembered in parallel', async () => {
    const held = await inParallel(async (store, index) => store.remember('claim', `${index}`, soon()));
    expect(new Set(held).size).toBe(1);
    expect(held.filter((value, index) => value === `${index}`)).toHaveLength(1);
  });

  it('keep to the keys of their own application', async () => {
    const neighbour = new StoreStand(server.url, { keyPrefix: 'another:' });
    await replicas[0]?.store.remember('a', 'one', soon());
    expect(await neighbour.store.remember('a', 'two', soon())).toBe('two');
    await neighbour.store.quit();
    const keys = (await server.command('KEYS', '*')) as string[];
    expect(keys.toSorted()).toEqual([
      'another:a',
      'another:generation',
      'auth-redirect:a',
      'auth-redirect:attempts',
      'auth-redirect:claim',
      'auth-redirect:generation',
    ]);
  });

  it('leave no key behind that never expires', async () => {
    const keys = (await server.command('KEYS', '*')) as string[];
    const lives = await Promise.all(keys.map(async (key) => server.command('PTTL', key)));
    expect(lives.filter((life) => Number(life) <= 0)).toEqual([]);
  });

  it('were not interrupted by any of this', () => {
    expect(replicas.flatMap(({ events }) => events)).toEqual([]);
  });
});
