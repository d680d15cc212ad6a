import { Logger, type FactoryProvider, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '../auth-redirect/clock.js';
import { AuthRedirectError } from '../auth-redirect/errors.js';
import { MemoryReplayStore } from '../auth-redirect/replay/memory-replay-store.js';
import { ReplayStore, type ReplayStoreUsage } from '../auth-redirect/replay/replay-store.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { createRedisClient, type RedisClient } from './redis-client.js';
import type { RedisFault } from './redis-fault.js';
import {
  completeOptions,
  type CompleteRedisOptions,
  type RedisOperation,
  type RedisReplayStoreOptions,
} from './redis-replay-store.options.js';

/** Each script is atomic, uses one key, and works with Redis 6.0. */
const REMEMBER = `local stored = redis.call('GET', KEYS[1])
if stored then return stored end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return ARGV[1]`;

const COUNT = `local count = tonumber(redis.call('GET', KEYS[1]) or 0) + 1
if count > 1 then redis.call('SET', KEYS[1], count, 'KEEPTTL')
else redis.call('SET', KEYS[1], count, 'PX', ARGV[1]) end
return count`;

const LEASE = `local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;

const RELEASE = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;

const PROBE_LIFE_MS = 1000;

/** The owner, in memory, of another process's lease. */
const ANOTHER_PROCESS = 'another process';

/**
 * Stores entries for all replicas that share a Redis: a server, a server behind Sentinels, or a cluster. Each call ends within the
 * deadline. Without an answer, `whenUnavailable` decides. Recovery is automatic.
 *
 * Redis contains the shared entries. A `MemoryReplayStore` also keeps the entries of this process; during an outage, `allow` uses only this
 * store. Later, this process sends the value of a reused key to Redis. The process keeps its own value, and its own count if higher.
 *
 * If the connection ends before the answer, the call is sent again. Only `count` may then have counted twice.
 *
 * @publicApi
 */
export class RedisReplayStore extends ReplayStore implements OnApplicationShutdown {
  readonly #logger = new Logger(RedisReplayStore.name);
  readonly #options: CompleteRedisOptions;
  readonly #memory: MemoryReplayStore;
  readonly #client: RedisClient;
  readonly #circuit: CircuitBreaker;
  readonly #settled: Promise<unknown>;

  /**
   * Connects in the background.
   *
   * @throws AuthRedirectOptionsError with every problem of the options.
   */
  constructor(
    options: RedisReplayStoreOptions,
    private readonly clock: Clock,
  ) {
    super();
    this.#options = completeOptions(options, this.#logger);
    this.#memory = new MemoryReplayStore(clock);
    this.#client = createRedisClient(this.#options);
    this.#circuit = new CircuitBreaker(
      this.#client,
      this.#options.deadline,
      async (key) => this.#probe(key),
      (fault) => this.#report(fault),
    );
    this.#settled = this.#circuit.call('', async () => this.#probe(''));
  }

  /** The current fault of Redis; undefined if it answers, or during the first connection attempt. */
  get fault(): RedisFault | undefined {
    return this.#circuit.fault;
  }

  /** Whether Redis has answered and has no {@link fault}. False until the first answer. */
  get isAnswering(): boolean {
    return this.#circuit.isAnswering;
  }

  /** Waits until {@link fault} and {@link isAnswering} are known, at most for the deadline. */
  async settled(): Promise<void> {
    await this.#settled;
  }

  /** @throws AuthRedirectError `replay_store_unavailable` with `refuse`, as do the other methods. */
  async remember(key: string, value: string, expiresAt: number): Promise<string> {
    const known = this.#memory.recall(key) ?? value;
    const stored = await this.#ask('remember', key, (client) =>
      client.eval(REMEMBER, 1, key, known, this.#life(expiresAt)),
    );
    return this.#memory.remember(key, typeof stored === 'string' ? stored : known, expiresAt);
  }

  async recall(key: string): Promise<string | undefined> {
    const stored = await this.#ask('recall', key, (client) => client.get(key));
    return this.#memory.recall(key) ?? stored ?? undefined;
  }

  async count(key: string, expiresAt: number): Promise<number> {
    const counted = await this.#ask('count', key, (client) => client.eval(COUNT, 1, key, this.#life(expiresAt)));
    return Math.max(Number(counted ?? 0), this.#memory.count(key, expiresAt));
  }

  override usage(): readonly ReplayStoreUsage[] {
    return this.#memory.usage();
  }

  async lease(key: string, owner: string, milliseconds: number): Promise<boolean> {
    const isHeld = await this.#ask('lease', key, (client) => client.eval(LEASE, 1, key, owner, expiryIn(milliseconds)));
    if (isHeld !== undefined) this.#memory.release(key, ANOTHER_PROCESS);
    const holder = isHeld === 0 ? ANOTHER_PROCESS : owner;
    return this.#memory.lease(key, holder, milliseconds) && holder === owner;
  }

  async release(key: string, owner: string): Promise<void> {
    this.#memory.release(key, owner);
    await this.#ask('release', key, (client) => client.eval(RELEASE, 1, key, owner));
  }

  /** Closes the connection within the deadline. For later calls, Redis is unavailable. */
  async quit(): Promise<void> {
    return this.#circuit.quit();
  }

  /** Closes the connection after Nest has answered the last request. */
  async onApplicationShutdown(): Promise<void> {
    return this.quit();
  }

  /** With `allow`, returns undefined if Redis does not answer. */
  async #ask<T>(
    operation: RedisOperation,
    key: string,
    command: (client: RedisClient) => Promise<T>,
  ): Promise<T | undefined> {
    const started = performance.now();
    const answer = await this.#circuit.call(key, async () => command(this.#client));
    const { onCall, whenUnavailable } = this.#options;
    this.#notify(() => onCall(operation, answer === undefined ? 'failed' : 'ok', performance.now() - started));
    if (answer === undefined && whenUnavailable === 'refuse') throw new AuthRedirectError('replay_store_unavailable');
    return answer;
  }

  /** Writes, to detect a read-only Redis. In a cluster, the hash tag selects the node of `key`. */
  async #probe(key: string): Promise<unknown> {
    return this.#client.eval(LEASE, 1, `probe:{${this.#options.keyPrefix}${key}}`, 'probe', PROBE_LIFE_MS);
  }

  #report(fault: RedisFault | undefined): void {
    this.#notify(() => (fault === undefined ? this.#options.onRecovered() : this.#options.onDegraded(fault)));
  }

  #notify(hook: () => void): void {
    try {
      hook();
    } catch (error) {
      this.#logger.error(error);
    }
  }

  /** Returns a duration, because the clocks of Redis and this process can differ. */
  #life(expiresAt: number): number {
    return expiryIn(expiresAt * 1000 - this.clock.now());
  }
}

/** Redis accepts only whole milliseconds, at least 1. */
function expiryIn(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds));
}

/** A factory of the store for a module with a {@link Clock}. */
export type RedisReplayStoreProvider = Pick<FactoryProvider<RedisReplayStore>, 'inject' | 'useFactory'>;

/**
 * Returns the store as a provider.
 *
 * @example
 * ```ts
 * AuthRedirectModule.forRoot({ ..., replayStore: redisReplayStore({ url: 'rediss://:password@redis.example:6379' }) })
 * ```
 *
 * @publicApi
 */
export function redisReplayStore(options: RedisReplayStoreOptions): RedisReplayStoreProvider {
  return redisReplayStoreAsync({ useFactory: () => options });
}

/**
 * Returns the store as a provider with injected options.
 *
 * @example
 * ```ts
 * redisReplayStoreAsync({
 *   inject: [ConfigService],
 *   useFactory: (config: ConfigService) => ({ url: config.getOrThrow('REDIS_URL') }),
 * })
 * ```
 *
 * @publicApi
 */
export function redisReplayStoreAsync({
  inject = [],
  useFactory,
}: Pick<FactoryProvider<RedisReplayStoreOptions>, 'inject' | 'useFactory'>): RedisReplayStoreProvider {
  return {
    inject: [Clock, ...inject],
    useFactory: async (clock: Clock, ...injected: unknown[]) =>
      new RedisReplayStore(await useFactory(...injected), clock),
  };
}
