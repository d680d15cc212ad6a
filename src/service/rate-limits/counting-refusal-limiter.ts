import type { Clock } from '../../auth-redirect/clock.js';
import { RefusalLimiter, type RefusedClient } from '../../auth-redirect/requests/refusal-limiter.js';
import { digest } from '../../auth-redirect/replay/digest.js';
import type { ReplayStore } from '../../auth-redirect/replay/replay-store.js';
import { clientNetwork } from './client-address.js';

/** Length of a window, in milliseconds. */
const WINDOW_MS = 60_000;

/** How many refusals a client is given in a minute; 0: any number. */
export interface RefusalLimits {
  readonly address: number;
  readonly subject: number;
}

/**
 * Counts refusals by client address and by subject in the replay store, so that replicas count together where they share one. Windows
 * are fixed ones.
 */
export class CountingRefusalLimiter extends RefusalLimiter {
  constructor(
    private readonly store: ReplayStore,
    private readonly clock: Clock,
    private readonly limits: RefusalLimits,
  ) {
    super();
  }

  async tooMany({ address, subject }: RefusedClient): Promise<number | undefined> {
    const now = this.clock.now();
    const window = Math.floor(now / WINDOW_MS);
    const [ofAddress, ofSubject] = await Promise.all([
      address === undefined ? 0 : this.#count('address', clientNetwork(address), window),
      subject === undefined ? 0 : this.#count('subject', subject, window),
    ]);
    if (ofAddress <= this.limits.address && ofSubject <= this.limits.subject) return undefined;
    return Math.ceil(((window + 1) * WINDOW_MS - now) / 1000);
  }

  /** @returns 0 where any number is allowed. */
  #count(name: keyof RefusalLimits, key: string, window: number): Promise<number> | number {
    if (this.limits[name] === 0) return 0;
    return this.store.count(digest('throttle', name, String(window), key), ((window + 1) * WINDOW_MS) / 1000);
  }
}
