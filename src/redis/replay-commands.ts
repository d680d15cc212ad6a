import type { Clock } from '../auth-redirect/clock.js';
import type { ReplayRedis } from './replay-redis.js';

/** Redis keeps no key for less, in milliseconds. */
const LIFE_MIN_MS = 1;

/** What is asked of Redis, under the keys of one application. Expiries are in seconds since 1970, by our own clock. */
export class ReplayCommands {
  constructor(
    private readonly redis: ReplayRedis,
    private readonly keyPrefix: string,
    private readonly clock: Clock,
  ) {}

  /** @returns The value that holds. */
  async remember(key: string, value: string, expiresAt: number): Promise<string> {
    return this.redis.replayRemember(this.keyPrefix + key, value, this.#life(expiresAt));
  }

  async recall(key: string): Promise<string | undefined> {
    return (await this.redis.get(this.keyPrefix + key)) ?? undefined;
  }

  async forget(key: string): Promise<void> {
    await this.redis.del(this.keyPrefix + key);
  }

  /**
   * @param least What was counted already, where Redis does not know of as much.
   * @param more What is added.
   * @returns The number now.
   */
  async count(key: string, expiresAt: number, least: number, more: 0 | 1): Promise<number> {
    return this.redis.replayCount(this.keyPrefix + key, this.#life(expiresAt), least, more);
  }

  async lease(key: string, owner: string, milliseconds: number): Promise<boolean> {
    return (await this.redis.replayLease(this.keyPrefix + key, owner, milliseconds)) === 1;
  }

  async release(key: string, owner: string): Promise<void> {
    await this.redis.replayRelease(this.keyPrefix + key, owner);
  }

  /** How long from now, in milliseconds: an instant would be one of Redis' clock, which may differ. */
  #life(expiresAt: number): number {
    return Math.max(LIFE_MIN_MS, Math.ceil(expiresAt * 1000 - this.clock.now()));
  }
}
