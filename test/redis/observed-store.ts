import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { SystemClock } from '../../src/auth-redirect/clock.js';
import { RedisReplayStore, type RedisReplayStoreOptions } from '../../src/redis/index.js';

/** The default deadline, in milliseconds. */
export const DEADLINE = 250;

/**
 * Maximum milliseconds that a busy machine adds to a deadline. Without a deadline, a call to a frozen Redis takes
 * seconds.
 */
export const SLACK = 1000;

/** Shorter than the deadline, in milliseconds: so short a call did not wait for the deadline. */
export const AT_ONCE = 240;

/** A store whose reports are recorded. */
export class ObservedStore {
  readonly events: string[] = [];
  readonly store: RedisReplayStore;

  constructor(url: string, options: Partial<RedisReplayStoreOptions> = {}) {
    const record = {
      onDegraded: (fault: string) => void this.events.push(fault),
      onRecovered: () => void this.events.push('recovered'),
    };
    this.store = new RedisReplayStore({ url, ...record, ...options }, new SystemClock());
  }

  /** Waits for the end of an outage. */
  async recovered(): Promise<void> {
    await until(() => this.store.fault === undefined);
  }
}

/** Returns a future time in seconds since 1970. */
export function soon(seconds = 60): number {
  return Date.now() / 1000 + seconds;
}

/** Waits for a condition, or fails the test. */
export async function until(condition: () => boolean | Promise<boolean>, milliseconds = 15_000): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not within ${milliseconds} ms: ${condition.toString()}`);
    await pause(5);
  }
}

/** Returns how many milliseconds a call took, whether it succeeded or failed. */
export async function timed(call: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await call().catch(() => undefined);
  return performance.now() - begin;
}

/** Returns the 99th percentile. */
export function p99(milliseconds: readonly number[]): number {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 0;
}

/** Starts a call every few milliseconds until stopped, like logins. Calls do not wait for each other. */
export class Load {
  readonly #calls: Promise<number>[] = [];
  #isOn = true;
  readonly #ended: Promise<void>;

  constructor(call: (index: number) => Promise<unknown>, everyMilliseconds = 5) {
    this.#ended = this.#run(call, everyMilliseconds);
  }

  /** Waits until this many further calls have begun. */
  async further(calls: number): Promise<void> {
    const goal = this.#calls.length + calls;
    await until(() => this.#calls.length >= goal);
  }

  /** Returns how many milliseconds each call took. */
  async stop(): Promise<number[]> {
    this.#isOn = false;
    await this.#ended;
    return Promise.all(this.#calls);
  }

  async #run(call: (index: number) => Promise<unknown>, everyMilliseconds: number): Promise<void> {
    while (this.#isOn) {
      const index = this.#calls.length;
      this.#calls.push(timed(async () => call(index)));
      await pause(everyMilliseconds);
    }
  }
}
