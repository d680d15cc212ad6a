import type { OnApplicationShutdown } from '@nestjs/common';
import { ReplayStore } from '../../auth-redirect/replay/replay-store.js';
import type { RedisReplayStore } from '../../redis/redis-replay-store.js';
import type { Metrics, StoreOperation } from './metrics.js';

/** Measures how long calls to Redis take. */
export class MeasuredStore extends ReplayStore implements OnApplicationShutdown {
  constructor(
    private readonly store: RedisReplayStore,
    private readonly metrics: Metrics,
  ) {
    super();
  }

  /** See {@link RedisReplayStore.isAnswering}. */
  get isAnswering(): boolean {
    return this.store.isAnswering;
  }

  async remember(key: string, value: string, expiresAt: number): Promise<string> {
    return this.#measured('remember', this.store.remember(key, value, expiresAt));
  }

  async recall(key: string): Promise<string | undefined> {
    return this.#measured('recall', this.store.recall(key));
  }

  async lease(key: string, owner: string, milliseconds: number): Promise<boolean> {
    return this.#measured('lease', this.store.lease(key, owner, milliseconds));
  }

  async release(key: string, owner: string): Promise<void> {
    return this.#measured('release', this.store.release(key, owner));
  }

  async count(key: string, expiresAt: number): Promise<number> {
    return this.#measured('count', this.store.count(key, expiresAt));
  }

  async onApplicationShutdown(): Promise<void> {
    return this.store.quit();
  }

  /** A call that Redis did not answer leaves a fault behind, also if the process then decided by its own memory. */
  async #measured<T>(operation: StoreOperation, call: Promise<T>): Promise<T> {
    const started = performance.now();
    try {
      return await call;
    } finally {
      const outcome = this.store.fault === undefined ? 'ok' : 'failed';
      this.metrics.storeAsked(operation, outcome, performance.now() - started);
    }
  }
}
