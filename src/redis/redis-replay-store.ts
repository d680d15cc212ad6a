import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Clock } from '../auth-redirect/clock.js';
import { AuthRedirectError } from '../auth-redirect/errors.js';
import { ReplayStore } from '../auth-redirect/replay/replay-store.js';
import { handOver } from './hand-over.js';
import { KnownEntries } from './known-entries.js';
import { LocalDecisions } from './local-decisions.js';
import { RedisUnavailable, type RedisFault } from './redis-fault.js';
import { RedisLink } from './redis-link.js';
import {
  completeOptions,
  type CompleteRedisOptions,
  type RedisReplayStoreOptions,
} from './redis-replay-store.options.js';
import type { ReplayCommands } from './replay-commands.js';

/** Entries told to Redis at a time after an outage, so that logins come in between. */
const HANDED_OVER_AT_ONCE = 100;

/**
 * A {@link ReplayStore} for all replicas that share a Redis. No call takes longer than the deadline, whatever happens to Redis;
 * `whenUnavailable` says what happens instead, and recovery is by itself.
 *
 * Redis decides. Beside it, the process keeps what Redis told it and what it decided alone while Redis was away; that holds in
 * this process, and is told to Redis when it is back, also where it comes back without its data. Under `allow`, while Redis is
 * away:
 *
 * - `remember` and `recall` go by what this process knows; a value for a key unknown to it is accepted.
 * - `count` goes on from the last number this process knows.
 * - `forget` forgets here at once, and in Redis when it is back.
 *
 * Of two replicas that accepted different values meanwhile, each holds on to its own.
 *
 * @publicApi
 */
export class RedisReplayStore extends ReplayStore implements OnApplicationShutdown {
  readonly #logger = new Logger(RedisReplayStore.name);
  readonly #options: CompleteRedisOptions;
  readonly #known: KnownEntries;
  readonly #local: LocalDecisions;
  readonly #link: RedisLink;

  /**
   * Connects at once, without waiting for it.
   *
   * @throws AuthRedirectOptionsError
   */
  constructor(options: RedisReplayStoreOptions, clock: Clock) {
    super();
    this.#options = completeOptions(options, this.#logger);
    this.#known = new KnownEntries(clock);
    this.#local = new LocalDecisions(this.#known, clock);
    this.#link = new RedisLink({
      ...this.#options,
      clock,
      onDegraded: (fault) => this.#tell(() => this.#options.onDegraded(fault)),
      onUp: (generation, wasDown) => this.#up(generation, wasDown),
    });
  }

  /** Why Redis cannot answer; undefined while it can. For health checks and metrics. */
  get fault(): RedisFault | undefined {
    return this.#link.fault;
  }

  /** Whether Redis has answered, and has no {@link fault}. False at the start, until the first answer. */
  get isAnswering(): boolean {
    return this.#link.isAnswering;
  }

  /** Waits until {@link fault} says how it is after the start; no longer than the deadline. */
  async settled(): Promise<void> {
    return this.#link.settled();
  }

  /** @throws AuthRedirectError `replay_store_unavailable` under `refuse`, as the others do. */
  async remember(key: string, value: string, expiresAt: number): Promise<string> {
    return this.#decide(key, {
      ask: async (redis) => redis.remember(key, value, expiresAt),
      heed: (holding) => this.#local.remembered(key, holding, expiresAt),
      alone: () => this.#local.rememberAlone(key, value, expiresAt),
    });
  }

  async recall(key: string): Promise<string | undefined> {
    return this.#decide(key, {
      ask: async (redis) => redis.recall(key),
      heed: (holding) => this.#local.recalled(key, holding),
      alone: () => this.#local.recallAlone(key),
    });
  }

  async forget(key: string): Promise<void> {
    return this.#decide(key, {
      ask: async (redis) => redis.forget(key),
      heed: () => this.#known.delete(key),
      alone: () => this.#local.forgetAlone(key),
    });
  }

  async count(key: string, expiresAt: number): Promise<number> {
    return this.#decide(key, {
      ask: async (redis) => redis.count(key, expiresAt, 0, 1),
      heed: (counted) => this.#local.counted(key, counted, expiresAt),
      alone: () => this.#local.countAlone(key, expiresAt),
    });
  }

  async lease(key: string, owner: string, milliseconds: number): Promise<boolean> {
    return this.#decide(key, {
      ask: async (redis) => redis.lease(key, owner, milliseconds),
      heed: (isHeld) => isHeld,
      alone: () => true,
    });
  }

  async release(key: string, owner: string): Promise<void> {
    return this.#decide(key, {
      ask: async (redis) => redis.release(key, owner),
      heed: () => undefined,
      alone: () => undefined,
    });
  }

  /** Ends the connection; within the deadline, also where Redis doesn't answer. Calls that come later find it unavailable. */
  async quit(): Promise<void> {
    return this.#link.close();
  }

  /** When the last request is answered. */
  async onApplicationShutdown(): Promise<void> {
    return this.quit();
  }

  async #decide<T>(key: string, { ask, heed, alone }: Decision<T>): Promise<T> {
    let answer: T;
    try {
      answer = await this.#link.ask(async (redis) => {
        await handOver(key, this.#known, redis);
        return ask(redis);
      });
    } catch (error) {
      if (!(error instanceof RedisUnavailable)) throw error;
      if (this.#options.whenUnavailable === 'refuse') throw new AuthRedirectError('replay_store_unavailable');
      return alone();
    }
    return heed(answer);
  }

  #up(generation: string, wasDown: boolean): void {
    this.#known.generation = generation;
    void this.#handOverAll();
    if (wasDown) this.#tell(this.#options.onRecovered);
  }

  async #handOverAll(): Promise<void> {
    const keys = this.#known.unconfirmedKeys();
    for (let from = 0; from < keys.length; from += HANDED_OVER_AT_ONCE) {
      const some = keys.slice(from, from + HANDED_OVER_AT_ONCE);
      try {
        await this.#link.ask(async (redis) => Promise.all(some.map((key) => handOver(key, this.#known, redis))));
      } catch {
        // Redis is away again; the rest is handed over when it is back.
        return;
      }
    }
  }

  #tell(callback: () => void): void {
    try {
      callback();
    } catch (error) {
      this.#logger.error(error);
    }
  }
}

interface Decision<T> {
  readonly ask: (redis: ReplayCommands) => Promise<T>;
  /** What this process makes of the answer. */
  readonly heed: (answer: T) => T;
  /** What it decides without one. */
  readonly alone: () => T;
}
