/** Reports the usage of one part of a store's memory. */
export interface ReplayStoreUsage {
  readonly kind: 'values' | 'counters' | 'leases';
  readonly entries: number;
  readonly bytes: number;
  /** Number of entries that were evicted before they expired, since startup. */
  readonly evictions: number;
}

/**
 * Stores values that can be set only once, counters and leases. By default, in the memory of one process.
 *
 * Keys are digests, which reveal no token, state or user. `expiresAt` is in seconds since 1970.
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
   * Increments a counter. Values never evict counters.
   *
   * @param expiresAt When the counter resets. Only the first call sets it.
   * @returns The new count, from 1.
   */
  abstract count(key: string, expiresAt: number): Promise<number> | number;

  /**
   * Acquires a lease, or renews the owner's lease. Safe to retry.
   *
   * @param owner A random id of the caller.
   * @param milliseconds Time from now until the lease expires.
   * @returns Whether `owner` holds the lease now.
   */
  abstract lease(key: string, owner: string, milliseconds: number): Promise<boolean> | boolean;

  /** Releases the lease if `owner` holds it. */
  abstract release(key: string, owner: string): Promise<void> | void;

  /** Returns the usage of the store's memory in this process, if it has any. */
  usage?(): readonly ReplayStoreUsage[];
}
