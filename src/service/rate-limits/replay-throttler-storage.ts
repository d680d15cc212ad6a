import { Injectable } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { Clock } from '../../auth-redirect/clock.js';
import { digest } from '../../auth-redirect/replay/digest.js';
import { ReplayStore } from '../../auth-redirect/replay/replay-store.js';

type Counted = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** Counts in the replay store, so that replicas count together where they share one. Windows are fixed ones. */
@Injectable()
export class ReplayThrottlerStorage implements ThrottlerStorage {
  constructor(
    private readonly store: ReplayStore,
    private readonly clock: Clock,
  ) {}

  /**
   * @param ttl Length of a window, in milliseconds.
   * @returns Times in seconds.
   */
  async increment(key: string, ttl: number, limit: number, _blockDuration: number, name: string): Promise<Counted> {
    const now = this.clock.now();
    const window = Math.floor(now / ttl);
    const end = (window + 1) * ttl;
    const totalHits = await this.store.count(digest('throttle', name, String(window), key), end / 1000);
    const timeToExpire = Math.ceil((end - now) / 1000);
    const isBlocked = totalHits > limit;
    return { totalHits, timeToExpire, isBlocked, timeToBlockExpire: isBlocked ? timeToExpire : 0 };
  }
}
