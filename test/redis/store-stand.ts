import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { SystemClock } from '../../src/auth-redirect/clock.js';
import { RedisReplayStore, type RedisReplayStoreOptions } from '../../src/redis/index.js';

/** Milliseconds: the default, in which every call has to be over. */
export const DEADLINE = 250;

/** Milliseconds that a busy machine may add. Without a deadline a call to a Redis that is frozen takes seconds. */
export const SLACK = 1000;

/** Milliseconds: shorter than the deadline, so that nobody has waited for it. */
export const AT_ONCE = 240;

/** A store that records what it tells of itself. */
export class StoreStand {
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

/** Seconds since 1970. */
export function soon(seconds = 60): number {
  return Date.now() / 1000 + seconds;
}

/** What comes to pass within seconds, or fails the test. */
export async function until(condition: () => boolean | Promise<boolean>, milliseconds = 15_000): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not within ${milliseconds} ms: ${condition.toString()}`);
    await pause(5);
  }
}

/** @returns Milliseconds that a call took, whatever came of it. */
export async function timed(call: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await call().catch(() => undefined);
  return performance.now() - begin;
}

/** What one in a hundred takes longer than. */
export function p99(milliseconds: readonly number[]): number {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 0;
}

/** Calls that begin every few milliseconds, as logins do, until stopped; none waits for another. */
export class Load {
  readonly #calls: Promise<number>[] = [];
  #isOn = true;
  readonly #ended: Promise<void>;

  constructor(call: (index: number) => Promise<unknown>, everyMilliseconds = 5) {
    this.#ended = this.#run(call, everyMilliseconds);
  }

  /** @returns How long each call took. */
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
