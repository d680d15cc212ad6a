/** Says how full one part of a store's memory is. */
export interface ReplayStoreUsage {
  readonly kind: 'values' | 'counters' | 'leases';
  readonly entries: number;
  readonly bytes: number;
  /** How many entries were evicted before they expired, since startup. */
  readonly evictions: number;
}

/**
 * Remembers what may happen only once, how often something happened, and who is working on something. The memory of one process
 * by default.
 *
 * Keys are digests: they reveal nothing of a token, a state or a user. `expiresAt` is in seconds since 1970.
 *
 * @publicApi
 */
export abstract class ReplayStore {
  /**
   * Stores the first value of a key until `expiresAt`.
   *
   * @returns The stored value: `value`, or an earlier one.
   */
  abstract remember(key: string, value: string, expiresAt: number): Promise<string> | string;

  /** Returns the stored value of a key; undefined if there is none. */
  abstract recall(key: string): Promise<string | undefined> | string | undefined;

  /**
   * Counts up by one. Values never push counters out of the store.
   *
   * @param expiresAt When counting starts again at 1. The first call decides.
   * @returns How often the key was counted, including this call.
   */
  abstract count(key: string, expiresAt: number): Promise<number> | number;

  /**
   * Takes a lease, or renews the owner's own. Safe to repeat: a retried call finds its own lease.
   *
   * @param owner A random id of whoever works under the lease.
   * @param milliseconds Time from now until the lease expires, unless it is renewed.
   * @returns Whether `owner` holds the lease now.
   */
  abstract lease(key: string, owner: string, milliseconds: number): Promise<boolean> | boolean;

  /** Ends the lease if `owner` holds it. */
  abstract release(key: string, owner: string): Promise<void> | void;

  /** Returns how full the store's memory in this process is, if it has one. */
  usage?(): readonly ReplayStoreUsage[];
}
