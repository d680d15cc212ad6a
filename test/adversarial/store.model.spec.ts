import * as fc from 'fast-check';
import { MemoryReplayStore } from '../../src/auth-redirect/replay/memory-replay-store.js';
import type { ReplayStore } from '../../src/auth-redirect/replay/replay-store.js';
import { RedisReplayStore } from '../../src/redis/index.js';
import { FrozenClock } from '../../src/testing/frozen-clock.js';
import { check } from '../harness/fuzz.js';
import { RedisServer } from '../harness/redis-server.js';
import { NOW } from '../harness/tokens.js';
import { Line } from './line.js';

type Mode = 'memory' | 'refuse' | 'allow';
const LEASE_SECONDS = 60;
/** Lifetime of each key's values and counters, in seconds. */
const LIVES = { short: 100, long: 1000 } as const;
type Key = keyof typeof LIVES;

/** The processes that share a store. In memory, there is only one. */
interface World {
  readonly mode: Mode;
  readonly clock: FrozenClock;
  readonly stores: readonly ReplayStore[];
  readonly lines: readonly Line[];
  /** Expires the entries of Redis that end within these milliseconds. */
  readonly expire: (milliseconds: number) => Promise<void>;
}

interface Lease {
  readonly owner: string;
  readonly until: number;
}

/** The state of all processes together, and the observations of each process. */
class Truth {
  now = NOW;
  /** Under `allow`, processes differ after the first outage; then only the checks of each process apply. */
  hadOutage = false;
  readonly values = new Map<Key, string>();
  readonly counts = new Map<Key, number>();
  readonly leases = new Map<Key, Lease>();
  readonly offered = new Map<Key, Set<string>>([
    ['short', new Set()],
    ['long', new Set()],
  ]);

  isAlive(key: Key): boolean {
    return this.now < NOW + LIVES[key];
  }

  lease(key: Key, owner: string): boolean {
    const holder = this.holderOf(key);
    if (holder !== undefined && holder !== owner) return false;
    this.leases.set(key, { owner, until: this.now + LEASE_SECONDS });
    return true;
  }

  holderOf(key: Key): string | undefined {
    const lease = this.leases.get(key);
    return lease && lease.until > this.now ? lease.owner : undefined;
  }
}

/** The shared state, and the state of each process. */
interface Model {
  readonly all: Truth;
  readonly own: readonly Truth[];
}
type Command = fc.AsyncCommand<Model, World>;

abstract class Call implements Command {
  constructor(
    readonly process: number,
    readonly key: Key,
    readonly word: string,
  ) {}

  check({ all }: Readonly<Model>): boolean {
    return all.isAlive(this.key);
  }

  async run(model: Model, { mode, stores, lines }: World): Promise<void> {
    const index = this.process % stores.length;
    const isCut = lines[index]?.isCut ?? false;
    const answered = Promise.resolve(this.call(stores[index] as ReplayStore));
    if (mode === 'refuse' && isCut) {
      await expect(answered).rejects.toMatchObject({ code: 'replay_store_unavailable' });
      return;
    }
    const answer = await answered;
    const own = model.own[index] as Truth;
    model.all.offered.get(this.key)?.add(this.word);
    if (mode === 'allow' && model.all.hadOutage) this.expectOwn(answer, own, model.all);
    else this.expectShared(answer, model.all);
    this.record(answer, own);
  }

  toString(): string {
    return `${this.constructor.name}(process ${this.process}, ${this.key}, ${this.word})`;
  }

  abstract call(store: ReplayStore): unknown;
  /** Checks and updates the state that all processes share. */
  abstract expectShared(answer: unknown, all: Truth): void;
  /** Checks a process that may have been without Redis. */
  abstract expectOwn(answer: unknown, own: Truth, all: Truth): void;
  /** Updates the state of the process. */
  abstract record(answer: unknown, own: Truth): void;
}

class Remember extends Call {
  call(store: ReplayStore): unknown {
    return store.remember(`value ${this.key}`, this.word, NOW + LIVES[this.key]);
  }
  expectShared(answer: unknown, { values }: Truth): void {
    const expected = values.get(this.key) ?? this.word;
    values.set(this.key, expected);
    expect(answer).toBe(expected);
  }
  expectOwn(answer: unknown, own: Truth, { offered }: Truth): void {
    if (own.values.has(this.key)) expect(answer).toBe(own.values.get(this.key));
    expect(offered.get(this.key)).toContain(answer);
  }
  record(answer: unknown, own: Truth): void {
    own.values.set(this.key, String(answer));
  }
}

class Recall extends Call {
  override check(): boolean {
    return true;
  }
  call(store: ReplayStore): unknown {
    return store.recall(`value ${this.key}`);
  }
  expectShared(answer: unknown, all: Truth): void {
    expect(answer).toBe(all.isAlive(this.key) ? all.values.get(this.key) : undefined);
  }
  expectOwn(answer: unknown, own: Truth, all: Truth): void {
    if (!all.isAlive(this.key)) expect(answer).toBeUndefined();
    else if (own.values.has(this.key)) expect(answer).toBe(own.values.get(this.key));
    else expect([undefined, ...(all.offered.get(this.key) ?? [])]).toContain(answer);
  }
  record(): void {
    // A process does not keep a value that it only read.
  }
}

class Count extends Call {
  call(store: ReplayStore): unknown {
    return store.count(`counter ${this.key}`, NOW + LIVES[this.key]);
  }
  expectShared(answer: unknown, { counts }: Truth): void {
    counts.set(this.key, (counts.get(this.key) ?? 0) + 1);
    expect(answer).toBe(counts.get(this.key));
  }
  expectOwn(answer: unknown, own: Truth): void {
    expect(answer).toBeGreaterThan(own.counts.get(this.key) ?? 0);
  }
  record(_answer: unknown, own: Truth): void {
    own.counts.set(this.key, (own.counts.get(this.key) ?? 0) + 1);
  }
}

class TakeLease extends Call {
  get owner(): string {
    return `${this.process}-${this.word}`;
  }
  call(store: ReplayStore): unknown {
    return store.lease(`lease ${this.key}`, this.owner, LEASE_SECONDS * 1000);
  }
  expectShared(answer: unknown, all: Truth): void {
    expect(answer).toBe(all.lease(this.key, this.owner));
  }
  expectOwn(answer: unknown, own: Truth): void {
    const holder = own.holderOf(this.key);
    if (holder !== undefined && holder !== this.owner) expect(answer).toBe(false);
  }
  record(answer: unknown, own: Truth): void {
    if (answer === true) own.lease(this.key, this.owner);
  }
}

class Release extends TakeLease {
  override call(store: ReplayStore): unknown {
    return store.release(`lease ${this.key}`, this.owner);
  }
  override expectShared(_answer: unknown, all: Truth): void {
    if (all.holderOf(this.key) === this.owner) all.leases.delete(this.key);
  }
  override expectOwn(): void {
    // The call has no answer.
  }
  override record(_answer: unknown, own: Truth): void {
    if (own.holderOf(this.key) === this.owner) own.leases.delete(this.key);
  }
}

class TimePasses implements Command {
  constructor(readonly seconds: number) {}
  check(): boolean {
    return true;
  }
  async run({ all, own }: Model, { clock, expire }: World): Promise<void> {
    for (const truth of [all, ...own]) truth.now += this.seconds;
    clock.milliseconds += this.seconds * 1000;
    await expire(this.seconds * 1000);
  }
  toString(): string {
    return `TimePasses(${this.seconds})`;
  }
}

/** Begins or ends an outage of one process. */
class SwitchLine implements Command {
  constructor(readonly process: number) {}
  check(): boolean {
    return true;
  }
  async run({ all }: Model, { stores, lines }: World): Promise<void> {
    const [line, store] = [lines[this.process], stores[this.process] as RedisReplayStore];
    if (!line) return;
    all.hadOutage = true;
    await (line.isCut ? line.mend(store) : line.cut(store));
  }
  toString(): string {
    return `SwitchLine(${this.process})`;
  }
}

const process = fc.nat(1);
const key = fc.constantFrom<Key>('short', 'long');
const word = fc.constantFrom('x', 'y', 'z');
const call = (type: new (...fields: [number, Key, string]) => Call): fc.Arbitrary<Command> =>
  fc.tuple(process, key, word).map((fields) => new type(...fields));
const commands = fc.commands<Model, World, false>(
  [
    ...[Remember, Recall, Count, TakeLease, TakeLease, Release].map((type) => call(type)),
    // Avoids the exact end of a lease.
    fc.constantFrom(25, 70).map((seconds) => new TimePasses(seconds)),
    process.map((index) => new SwitchLine(index)),
  ],
  { maxCommands: 40, size: 'max' },
);

const newModel = (processes: number): Model => ({
  all: new Truth(),
  own: Array.from({ length: processes }, () => new Truth()),
});

it('a store in memory keeps its contract through any calls', async () => {
  const property = fc.asyncProperty(commands, async (sequence) => {
    const clock = new FrozenClock(NOW * 1000);
    const real: World = {
      mode: 'memory',
      clock,
      stores: [new MemoryReplayStore(clock)],
      lines: [],
      expire: async () => {},
    };
    await fc.asyncModelRun(() => ({ model: newModel(1), real }), sequence);
  });
  await check(property, 300);
});

describe('stores of two processes that share a Redis', () => {
  const EXPIRE = `for _, key in ipairs(redis.call('KEYS', ARGV[1])) do
    local left = redis.call('PTTL', key) - ARGV[2]
    if left <= 0 then redis.call('DEL', key) else redis.call('PEXPIRE', key, left) end
  end`;
  let server: RedisServer;
  let runs = 0;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(async () => server.stop());

  it.each(['refuse', 'allow'] as const)('keep their contract through any calls and outages under %s', async (mode) => {
    const property = fc.asyncProperty(commands, async (sequence) => {
      const clock = new FrozenClock(NOW * 1000);
      const keyPrefix = `run-${(runs += 1)}:`;
      const lines = [await Line.start(server.port), await Line.start(server.port)];
      // A busy machine must not look like an outage.
      const options = { keyPrefix, deadline: 5000, whenUnavailable: mode, onDegraded: () => {}, onRecovered: () => {} };
      const stores = lines.map(({ url }) => new RedisReplayStore({ url, ...options }, clock));
      const expire = async (milliseconds: number): Promise<void> =>
        void (await server.command('EVAL', EXPIRE, '0', `${keyPrefix}*`, String(milliseconds)));
      const real: World = { mode, clock, stores, lines, expire };
      await Promise.all(stores.map(async (store) => store.settled()));
      try {
        await fc.asyncModelRun(() => ({ model: newModel(2), real }), sequence);
      } finally {
        await Promise.all([...stores.map(async (store) => store.quit()), ...lines.map(async (line) => line.stop())]);
      }
    });
    await check(property, 9);
  });
});
