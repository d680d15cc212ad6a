import { setTimeout as pause } from 'node:timers/promises';
import { DIGEST_LENGTH } from '../../src/auth-redirect/replay/digest.js';
import {
  MemoryReplayStore,
  MEMORY_REPLAY_STORE_MAX_ENTRIES,
} from '../../src/auth-redirect/replay/memory-replay-store.js';
import { StateBindingService } from '../../src/auth-redirect/continue-page/state-binding.service.js';
import { ReplayStore } from '../../src/auth-redirect/replay/replay-store.js';
import { SystemClock } from '../../src/auth-redirect/clock.js';
import { RedisReplayStore } from '../../src/redis/index.js';
import { FrozenClock } from '../../src/testing/frozen-clock.js';
import { continueTokens } from '../harness/continue-tokens.js';
import { RedisServer } from '../harness/redis-server.js';
import { NOW, tokenWith } from '../harness/tokens.js';
import { until } from '../redis/store-stand.js';

/** A store, and how its time passes. */
interface Stand {
  readonly store: ReplayStore;
  /** In so many seconds from now. */
  in(seconds: number): number;
  /** Lets the time pass until an entry has expired. */
  outlive(key: string, expiresAt: number): Promise<void>;
  stop(): Promise<void>;
}

async function inMemory(): Promise<Stand> {
  const clock = new FrozenClock(NOW * 1000);
  return {
    store: new MemoryReplayStore(clock),
    in: (seconds) => clock.milliseconds / 1000 + seconds,
    outlive: async (_key, expiresAt) => void (clock.milliseconds = expiresAt * 1000),
    stop: async () => undefined,
  };
}

async function inRedis(): Promise<Stand> {
  const server = await RedisServer.start();
  const store = new RedisReplayStore({ url: server.url, whenUnavailable: 'refuse' }, new SystemClock());
  return {
    store,
    in: (seconds) => Date.now() / 1000 + seconds,
    outlive: async (key, expiresAt) => {
      await pause(Math.max(0, expiresAt * 1000 - Date.now()));
      await until(async () => (await store.recall(key)) === undefined);
    },
    stop: async () => {
      await store.quit();
      await server.stop();
    },
  };
}

describe.each([
  { where: 'memory', begin: inMemory },
  { where: 'Redis', begin: inRedis },
])('the replay store in $where', ({ begin }) => {
  let stand: Stand;
  let store: ReplayStore;
  beforeAll(async () => {
    stand = await begin();
    ({ store } = stand);
  });
  afterAll(async () => stand.stop());

  it('holds the first value of a key', async () => {
    const expiresAt = stand.in(10);
    expect(await store.remember('a', 'one', expiresAt)).toBe('one');
    expect(await store.remember('a', 'two', expiresAt)).toBe('one');
    expect(await store.remember('b', 'two', expiresAt)).toBe('two');
  });

  it('holds a value as it was given', async () => {
    const value = 'line\nbreak, "quotes", \u{1f512}, 007';
    expect(await store.remember('odd', value, stand.in(10))).toBe(value);
    expect(await store.remember('odd', 'another', stand.in(10))).toBe(value);
    expect(await store.recall('odd')).toBe(value);
  });

  it('recalls what it holds, and nothing else', async () => {
    await store.remember('known', 'one', stand.in(10));
    expect(await store.recall('known')).toBe('one');
    expect(await store.recall('unknown')).toBeUndefined();
  });

  it('makes room for another value by forgetting one', async () => {
    await store.remember('forgotten', 'one', stand.in(10));
    await store.forget('forgotten');
    await store.forget('never remembered');
    expect(await store.recall('forgotten')).toBeUndefined();
    expect(await store.remember('forgotten', 'two', stand.in(10))).toBe('two');
  });

  it('forgets a value when it expires, and not before', async () => {
    const expiresAt = stand.in(0.5);
    await store.remember('short', 'one', expiresAt);
    expect(await store.remember('short', 'two', stand.in(10))).toBe('one');
    await stand.outlive('short', expiresAt);
    expect(await store.recall('short')).toBeUndefined();
    expect(await store.remember('short', 'two', stand.in(10))).toBe('two');
    expect(await store.remember('short', 'three', stand.in(10))).toBe('two');
  });

  it('holds nothing that has expired already', async () => {
    const expired = stand.in(-1);
    expect(await store.remember('late', 'one', expired)).toBe('one');
    await stand.outlive('late', expired);
    expect(await store.recall('late')).toBeUndefined();
  });

  it('counts from one, each key for itself', async () => {
    expect(await store.count('attempts', stand.in(10))).toBe(1);
    expect(await store.count('attempts', stand.in(10))).toBe(2);
    expect(await store.count('other attempts', stand.in(10))).toBe(1);
    expect(await store.count('attempts', stand.in(10))).toBe(3);
  });

  it('counts anew when the time of the first call has come', async () => {
    const expiresAt = stand.in(0.5);
    await store.count('window', expiresAt);
    expect(await store.count('window', stand.in(10))).toBe(2);
    await stand.outlive('window', expiresAt);
    expect(await store.count('window', stand.in(10))).toBe(1);
  });

  it('counts anew what it was told to forget', async () => {
    await store.count('reset', stand.in(10));
    await store.count('reset', stand.in(10));
    await store.forget('reset');
    expect(await store.count('reset', stand.in(10))).toBe(1);
  });
});

/** What a replay store is, said in the shortest way. */
class Model {
  readonly #entries = new Map<string, { value: string; expiresAt: number }>();

  constructor(private readonly clock: FrozenClock) {}

  recall(key: string): string | undefined {
    const entry = this.#entries.get(key);
    return entry && entry.expiresAt > this.clock.now() / 1000 ? entry.value : undefined;
  }

  remember(key: string, value: string, expiresAt: number): string {
    const known = this.recall(key);
    if (known === undefined) this.#entries.set(key, { value, expiresAt });
    return known ?? value;
  }

  count(key: string, expiresAt: number): number {
    const counted = Number(this.recall(key) ?? 0) + 1;
    const known = this.#entries.get(key);
    this.#entries.set(key, { value: `${counted}`, expiresAt: counted > 1 && known ? known.expiresAt : expiresAt });
    return counted;
  }

  forget(key: string): void {
    this.#entries.delete(key);
  }
}

/** The same numbers in every run (Lehmer's generator). */
function numbersFrom(seed: number): (below: number) => number {
  let last = seed;
  return (below) => {
    last = (last * 48_271) % 2_147_483_647;
    return last % below;
  };
}

describe('the replay store in memory, beside a map', () => {
  it.each([1, 2, 3])('says the same whatever is asked in whatever order: %i', (seed) => {
    const clock = new FrozenClock(NOW * 1000);
    const [store, model, number] = [new MemoryReplayStore(clock), new Model(clock), numbersFrom(seed)];
    const texts = [
      (n: number) => `${n}`,
      (n: number) => `${n}`.padStart(DIGEST_LENGTH + 1, 'x'),
      (n: number) => `${n}`.padStart(60, 'x'),
      (n: number) => `${n}\u{1f512}`.repeat(20),
    ];
    const differences: number[] = [];
    for (let turn = 0; turn < 20_000; turn += 1) {
      const key = texts[number(4)]?.(number(700)) ?? '';
      const value = texts[number(4)]?.(turn) ?? '';
      const expiresAt = clock.now() / 1000 + number(40) - 2;
      clock.milliseconds += number(30);
      const ask = (one: MemoryReplayStore | Model): unknown =>
        [
          () => one.remember(key, value, expiresAt),
          () => one.recall(key),
          () => one.forget(key),
          () => one.count(`count ${key}`, expiresAt),
        ][turn % 4]?.();
      if (ask(store) !== ask(model)) differences.push(turn);
    }
    expect(differences).toEqual([]);
  });
});

describe('the memory that a replay store takes', () => {
  it('is used again and again', () => {
    const store = new MemoryReplayStore(new FrozenClock(NOW * 1000));
    const last = MEMORY_REPLAY_STORE_MAX_ENTRIES * 1.5;
    for (let index = 0; index < last; index += 1) store.remember(`${index}`, `value ${index}`, NOW + 10);
    expect(store.recall(`${last - 1}`)).toBe(`value ${last - 1}`);
    expect(store.recall(`${last - MEMORY_REPLAY_STORE_MAX_ENTRIES}`)).toBeDefined();
    expect(store.recall(`${last - MEMORY_REPLAY_STORE_MAX_ENTRIES - 1}`)).toBeUndefined();
  });

  it('has an end: the oldest is forgotten, the others are held', () => {
    const store = new MemoryReplayStore(new FrozenClock(NOW * 1000));
    for (let index = 0; index < MEMORY_REPLAY_STORE_MAX_ENTRIES; index += 1)
      store.remember(`${index}`, 'one', NOW + 10);
    expect(store.remember('0', 'two', NOW + 10)).toBe('one');
    store.remember('one more', 'one', NOW + 10);
    expect(store.remember('1', 'two', NOW + 10)).toBe('one');
    expect(store.remember('0', 'two', NOW + 10)).toBe('two');
  });
});

describe('the binding of a token to its state', () => {
  it('gives a store neither token nor state', async () => {
    const remembered: unknown[] = [];
    class ReadableStore extends MemoryReplayStore {
      override remember(...entry: [string, string, number]): string {
        remembered.push(...entry);
        return entry[1];
      }
    }
    const compact = tokenWith({ nonce: 'n' });
    const store = new ReadableStore(new FrozenClock(NOW * 1000));
    await new StateBindingService(store).bind(compact, continueTokens().verify(compact), 'state-1');
    expect(remembered).toEqual([expect.stringMatching(/^[\w-]{22}$/), expect.stringMatching(/^[\w-]{22}$/), NOW + 900]);
  });
});
