/** Reports the usage of one part of a store's memory. */
export interface ReplayStoreUsage {
  readonly kind: 'values' | 'counters' | 'leases';
  readonly entries: number;
  readonly bytes: number;
  /** Entries evicted before they expired, since startup. */
  readonly evictions: number;
}

/**
 * Stores counters, leases, and values that can be set only once. Default: in the memory of one process.
 *
 * Keys are digests, which reveal no token, state or user. `expiresAt` is in seconds since 1970.
 *
 * @publicApi
 */
export abstract class ReplayStore {
  /**
   * Stores the first value of a key until `expiresAt`.
   *
   * @returns `value`, or an earlier one.
   */
  abstract remember(key: string, value: string, expiresAt: number): Promise<string> | string;

  /** Returns the value of a key, or undefined. */
  abstract recall(key: string): Promise<string | undefined> | string | undefined;

  /**
   * Increments a counter. Values never evict counters.
   *
   * @param expiresAt Time of the reset. Only the first call sets it.
   * @returns The new count, from 1.
   */
  abstract count(key: string, expiresAt: number): Promise<number> | number;

  /**
   * Acquires or renews a lease. Safe to retry.
   *
   * @param owner Random id of the caller.
   * @param milliseconds Time until the lease expires.
   * @returns Whether `owner` holds the lease now.
   */
  abstract lease(key: string, owner: string, milliseconds: number): Promise<boolean> | boolean;

  /** Releases the lease if `owner` holds it. */
  abstract release(key: string, owner: string): Promise<void> | void;

  /** Returns the memory usage in this process, if any. */
  usage?(): readonly ReplayStoreUsage[];
}
