/**
 * Remembers what may happen once only, and how often something happened. The memory of one process by default.
 *
 * Keys are digests: they tell nothing of a token, a state or a user. Times are in seconds since 1970.
 *
 * @publicApi
 */
export abstract class ReplayStore {
  /**
   * The first value remembered for a key holds until it expires.
   *
   * @param expiresAt Forgotten then.
   * @returns The value that holds: `value`, or an earlier one.
   */
  abstract remember(key: string, value: string, expiresAt: number): Promise<string> | string;

  /** @returns The value that holds for the key; undefined where there is none. */
  abstract recall(key: string): Promise<string | undefined> | string | undefined;

  /** Makes room for another value. */
  abstract forget(key: string): Promise<void> | void;

  /**
   * Counts up by one.
   *
   * @param expiresAt When counting starts anew. That of the first call holds.
   * @returns How often the key was counted, this time included.
   */
  abstract count(key: string, expiresAt: number): Promise<number> | number;
}
