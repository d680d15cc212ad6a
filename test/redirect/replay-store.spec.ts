import { setTimeout as pause } from 'node:timers/promises';
import {
  MEMORY_REPLAY_STORE_MAX_BYTES,
  MemoryReplayStore,
} from '../../src/auth-redirect/replay/memory-replay-store.js';
import { StateBindingService } from '../../src/auth-redirect/continue-page/state-binding.service.js';
import { ReplayStore } from '../../src/auth-redirect/replay/replay-store.js';
import { SystemClock } from '../../src/auth-redirect/clock.js';
import { RedisReplayStore } from '../../src/redis/index.js';
import { FrozenClock } from '../../src/testing/frozen-clock.js';
import { continueTokens } from '../harness/continue-tokens.js';
import { RedisServer } from '../harness/redis-server.js';
import { NOW, tokenWith } from '../harness/tokens.js';
import { until } from '../redis/observed-store.js';

interface Subject {
  readonly store: ReplayStore;
  /** Returns the time in this number of seconds. */
  in(seconds: number): number;
  /** Waits until a value has expired. */
  outlive(key: string, expiresAt: number): Promise<void>;
  /** Waits for this number of milliseconds. */
  wait(milliseconds: number): Promise<void>;
  stop(): Promise<void>;
}

async function inMemory(): Promise<Subject> {
  const clock = new FrozenClock(NOW * 1000);
  return {
    store: new MemoryReplayStore(clock),
    in: (seconds) => clock.milliseconds / 1000 + seconds,
    outlive: async (_key, expiresAt) => void (clock.milliseconds = expiresAt * 1000),
    wait: async (milliseconds) => void (clock.milliseconds += milliseconds),
    stop: async () => undefined,
  };
}

async function inRedis(): Promise<Subject> {
  const server = await RedisServer.start();
  const store = new RedisReplayStore({ url: server.url, whenUnavailable: 'refuse' }, new SystemClock());
  return {
    store,
    in: (seconds) => Date.now() / 1000 + seconds,
    outlive: async (key, expiresAt) => {
      await pause(Math.max(0, expiresAt * 1000 - Date.now()));
      await until(async () => (await store.recall(key)) === undefined);
    },
    wait: async (milliseconds) => pause(milliseconds),
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
  let subject: Subject;
  let store: ReplayStore;
  beforeAll(async () => {
    subject = await begin();
    ({ store } = subject);
  });
  afterAll(async () => subject.stop());

  it('stores the first value of a key', async () => {
    const expiresAt = subject.in(10);
    expect(await store.remember('a', 'one', expiresAt)).toBe('one');
    expect(await store.remember('a', 'two', expiresAt)).toBe('one');
    expect(await store.remember('b', 'two', expiresAt)).toBe('two');
  });

  it('stores a value unchanged', async () => {
    const value = 'line\nbreak, "quotes", \u{1f512}, 007';
    expect(await store.remember('odd', value, subject.in(10))).toBe(value);
    expect(await store.remember('odd', 'another', subject.in(10))).toBe(value);
    expect(await store.recall('odd')).toBe(value);
  });

  it('recalls the stored value and nothing else', async () => {
    await store.remember('known', 'one', subject.in(10));
    expect(await store.recall('known')).toBe('one');
    expect(await store.recall('unknown')).toBeUndefined();
  });

  it('drops a value when it expires, and not before', async () => {
    const expiresAt = subject.in(0.5);
    await store.remember('short', 'one', expiresAt);
    expect(await store.remember('short', 'two', subject.in(10))).toBe('one');
    await subject.outlive('short', expiresAt);
    expect(await store.recall('short')).toBeUndefined();
    expect(await store.remember('short', 'two', subject.in(10))).toBe('two');
    expect(await store.remember('short', 'three', subject.in(10))).toBe('two');
  });

  it('holds no value that has expired already', async () => {
    const expired = subject.in(-1);
    expect(await store.remember('late', 'one', expired)).toBe('one');
    await subject.outlive('late', expired);
    expect(await store.recall('late')).toBeUndefined();
  });

  it('counts each key from one', async () => {
    expect(await store.count('attempts', subject.in(10))).toBe(1);
    expect(await store.count('attempts', subject.in(10))).toBe(2);
    expect(await store.count('other attempts', subject.in(10))).toBe(1);
    expect(await store.count('attempts', subject.in(10))).toBe(3);
  });

  it('counts from one again at the time that the first call set', async () => {
    const expiresAt = subject.in(0.5);
    await store.count('window', expiresAt);
    expect(await store.count('window', subject.in(10))).toBe(2);
    await subject.outlive('window', expiresAt);
    expect(await store.count('window', subject.in(10))).toBe(1);
  });

  it('gives a lease to one owner at a time', async () => {
    expect(await store.lease('step', 'first', 10_000)).toBe(true);
    expect(await store.lease('step', 'second', 10_000)).toBe(false);
    expect(await store.lease('another step', 'second', 10_000)).toBe(true);
  });

  it('renews a lease for its owner', async () => {
    expect(await store.lease('renewed', 'first', 300)).toBe(true);
    expect(await store.lease('renewed', 'first', 10_000)).toBe(true);
    await subject.wait(400);
    expect(await store.lease('renewed', 'second', 10_000)).toBe(false);
  });

  it('gives a lease to another owner when it expires', async () => {
    expect(await store.lease('expired', 'first', 1500)).toBe(true);
    expect(await store.lease('expired', 'second', 10_000)).toBe(false);
    await subject.wait(1550);
    expect(await store.lease('expired', 'second', 10_000)).toBe(true);
    expect(await store.lease('expired', 'first', 10_000)).toBe(false);
  });

  it('ends a lease for its owner only', async () => {
    await store.lease('released', 'first', 10_000);
    await store.release('released', 'second');
    expect(await store.lease('released', 'second', 10_000)).toBe(false);
    await store.release('released', 'first');
    expect(await store.lease('released', 'second', 10_000)).toBe(true);
    await store.release('never leased', 'first');
  });

  it('accepts a lease of no time or of a fraction of a millisecond', async () => {
    expect(await store.lease('brief', 'first', 0)).toBe(true);
    await subject.wait(10);
    expect(await store.lease('brief', 'second', 0.5)).toBe(true);
    await subject.wait(10);
    expect(await store.lease('brief', 'third', 10_000)).toBe(true);
  });
});

type Call = (store: MemoryReplayStore | Model) => unknown;

/** The simplest correct replay store, without bounds. */
class Model {
  readonly #values = new Map<string, { value: string; expiresAt: number }>();
  readonly #leases = new Map<string, { value: string; expiresAt: number }>();

  constructor(private readonly clock: FrozenClock) {}

  recall(key: string, from = this.#values): string | undefined {
    const entry = from.get(key);
    return entry && entry.expiresAt > this.clock.now() / 1000 ? entry.value : undefined;
  }

  remember(key: string, value: string, expiresAt: number): string {
    const known = this.recall(key);
    if (known === undefined) this.#values.set(key, { value, expiresAt });
    return known ?? value;
  }

  count(key: string, expiresAt: number): number {
    const counter = `counter ${key}`;
    const counted = Number(this.recall(counter) ?? 0) + 1;
    const known = this.#values.get(counter);
    this.#values.set(counter, { value: `${counted}`, expiresAt: counted > 1 && known ? known.expiresAt : expiresAt });
    return counted;
  }

  lease(key: string, owner: string, milliseconds: number): boolean {
    if ((this.recall(key, this.#leases) ?? owner) !== owner) return false;
    this.#leases.set(key, { value: owner, expiresAt: (this.clock.now() + milliseconds) / 1000 });
    return true;
  }

  release(key: string, owner: string): void {
    if (this.recall(key, this.#leases) === owner) this.#leases.delete(key);
  }
}

/** Generates the same numbers in every run (Lehmer's generator). */
function numbersFrom(seed: number): (below: number) => number {
  let last = seed;
  return (below) => {
    last = (last * 48_271) % 2_147_483_647;
    return last % below;
  };
}

describe('the replay store in memory, compared with a model', () => {
  it.each([1, 2, 3])('returns the same for calls in random order: %i', (seed) => {
    const clock = new FrozenClock(NOW * 1000);
    const [store, model, number] = [new MemoryReplayStore(clock), new Model(clock), numbersFrom(seed)];
    const texts = [
      (n: number) => `${n}`,
      (n: number) => `${n}`.padStart(22, 'x'),
      (n: number) => `${n}\u{1f512}`.repeat(20),
    ];
    const differences: number[] = [];
    for (let turn = 0; turn < 20_000; turn += 1) {
      const key = texts[number(3)]?.(number(700)) ?? '';
      const value = texts[number(3)]?.(turn) ?? '';
      const owner = `owner ${number(3)}`;
      const milliseconds = number(40_000) - 2000;
      const expiresAt = (clock.now() + milliseconds) / 1000;
      clock.milliseconds += number(30);
      const calls: Call[] = [
        (one) => one.remember(key, value, expiresAt),
        (one) => one.recall(key),
        (one) => one.count(key, expiresAt),
        (one) => one.lease(key, owner, milliseconds),
        (one) => one.release(key, owner),
      ];
      const call = calls[turn % calls.length] as Call;
      if (call(store) !== call(model)) differences.push(turn);
    }
    expect(differences).toEqual([]);
  });
});

describe('the replay store in memory', () => {
  /** Maximum number of entries with keys of {@link keyOf}. An entry has bytes of key, value and overhead. */
  const MAX = Math.floor(MEMORY_REPLAY_STORE_MAX_BYTES / (43 + 3 + 200));
  const keyOf = (index: number | string): string => `${index}`.padStart(43, '-');
  let clock: FrozenClock;
  let store: MemoryReplayStore;
  beforeEach(() => {
    clock = new FrozenClock(NOW * 1000);
    store = new MemoryReplayStore(clock);
  });

  const usageOf = (wanted: string) => store.usage().find(({ kind }) => kind === wanted);

  it('evicts the value that was not used for the longest time', () => {
    for (let index = 0; index < MAX; index += 1) store.remember(keyOf(index), 'one', NOW + 10);
    expect(store.remember(keyOf(0), 'two', NOW + 10)).toBe('one');
    store.remember(keyOf('one more'), 'one', NOW + 10);
    expect(store.recall(keyOf(0))).toBe('one');
    expect(store.recall(keyOf(1))).toBeUndefined();
    expect(store.recall(keyOf(2))).toBe('one');
    expect(usageOf('values')).toMatchObject({ entries: MAX, evictions: 1 });
  });

  it('holds no more bytes than its limit', () => {
    const value = 'v'.repeat(MEMORY_REPLAY_STORE_MAX_BYTES / 100);
    for (let index = 0; index < 200; index += 1) store.remember(`${index}`, value, NOW + 10);
    expect(store.recall('199')).toBe(value);
    expect(store.recall('101')).toBe(value);
    expect(store.recall('100')).toBeUndefined();
    expect(usageOf('values')).toMatchObject({ entries: 99, evictions: 101 });
    expect(usageOf('values')?.bytes).toBeLessThanOrEqual(MEMORY_REPLAY_STORE_MAX_BYTES);
  });

  it('counts the bytes of characters outside of ASCII', () => {
    store.remember('ä', '\u{1f512}', NOW + 10);
    expect(usageOf('values')).toMatchObject({ entries: 1, bytes: 206 });
  });

  it('evicts no counter and no lease for values, and no value for counters', () => {
    store.count('tries', NOW + 10);
    store.lease('step', 'owner', 10_000);
    for (let index = 0; index < MAX * 1.5; index += 1) store.remember(keyOf(index), 'one', NOW + 10);
    expect(store.count('tries', NOW + 10)).toBe(2);
    expect(store.lease('step', 'another', 10_000)).toBe(false);
    for (let index = 0; index < MAX * 1.5; index += 1) store.count(keyOf(index), NOW + 10);
    expect(store.recall(keyOf(MAX))).toBe('one');
    expect(store.lease('step', 'another', 10_000)).toBe(false);
  });

  it('deletes expired entries with the first write after a minute', () => {
    for (let entry = 0; entry < 10; entry += 1) store.count(`counter-${entry}`, NOW + 1);
    store.count('lasting', NOW + 3600);
    clock.milliseconds = (NOW + 59) * 1000;
    store.count('lasting', NOW + 3600);
    expect(usageOf('counters')?.entries).toBe(11);
    clock.milliseconds = (NOW + 60) * 1000;
    expect(store.count('lasting', NOW + 3600)).toBe(3);
    expect(usageOf('counters')).toMatchObject({ entries: 1, evictions: 0 });
  });

  it('counts no eviction of an entry that has expired', () => {
    for (let index = 0; index < MAX; index += 1) store.count(keyOf(index), NOW + 10);
    const { entries } = usageOf('counters') ?? {};
    clock.milliseconds += 10_000;
    for (let index = 0; index < 1000; index += 1) store.count(keyOf(`further ${index}`), NOW + 20);
    expect(usageOf('counters')?.entries).toBeLessThan((entries ?? 0) + 1000);
    expect(usageOf('counters')?.evictions).toBe(0);
  });

  it('drops an expired entry when its key is used', () => {
    store.remember('a', 'one', NOW + 10);
    clock.milliseconds += 10_000;
    expect(store.recall('a')).toBeUndefined();
    expect(usageOf('values')).toMatchObject({ entries: 0, bytes: 0 });
  });
});

describe('the binding of a token to its state', () => {
  it('stores neither the token nor the state', async () => {
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
    expect(remembered).toEqual([expect.stringMatching(/^[\w-]{43}$/), expect.stringMatching(/^[\w-]{43}$/), NOW + 900]);
  });
});
