import type { ThrottlerStorage } from '@nestjs/throttler';
import { RefusalLimiter, type RefusedClient } from '../../auth-redirect/refusal-limiter.js';
import { clientNetwork } from './client-address.js';

/** Length of a window, in milliseconds. */
export const REFUSALS_WINDOW_MS = 60_000;

/** How many refusals a client is given in a minute; 0: any number. */
export interface RefusalLimits {
  readonly address: number;
  readonly subject: number;
}

/** Counts refusals by client address and by subject, with the storage of `@nestjs/throttler`. */
export class ThrottlerRefusalLimiter extends RefusalLimiter {
  constructor(
    private readonly storage: ThrottlerStorage,
    private readonly limits: RefusalLimits,
  ) {
    super();
  }

  async tooMany({ address, subject }: RefusedClient): Promise<number | undefined> {
    const waits = await Promise.all([
      this.#wait('address', address === undefined ? undefined : clientNetwork(address)),
      this.#wait('subject', subject),
    ]);
    const longest = Math.max(...waits);
    return longest > 0 ? longest : undefined;
  }

  /** Seconds. */
  async #wait(name: keyof RefusalLimits, key: string | undefined): Promise<number> {
    const limit = this.limits[name];
    if (key === undefined || limit === 0) return 0;
    const { timeToBlockExpire } = await this.storage.increment(key, REFUSALS_WINDOW_MS, limit, 0, name);
    return timeToBlockExpire;
  }
}
