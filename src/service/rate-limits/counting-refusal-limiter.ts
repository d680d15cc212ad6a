import type { Clock } from '../../auth-redirect/clock.js';
import { RefusalLimiter, type RefusedClient } from '../../auth-redirect/requests/refusal-limiter.js';
import { digest } from '../../auth-redirect/replay/digest.js';
import type { ReplayStore } from '../../auth-redirect/replay/replay-store.js';
import { clientNetwork } from './client-network.js';

const WINDOW_MS = 60_000;

/** Refusals per minute; 0 means no limit. */
export type RefusalLimits = Readonly<Record<'address' | 'subject', number>>;

/** Replicas can share the counts in the replay store. Windows are fixed minutes. */
export class CountingRefusalLimiter extends RefusalLimiter {
  constructor(
    readonly store: ReplayStore,
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

  #count(name: keyof RefusalLimits, key: string, window: number): Promise<number> | number {
    if (this.limits[name] === 0) return 0;
    return this.store.count(digest('throttle', name, String(window), key), ((window + 1) * WINDOW_MS) / 1000);
  }
}
