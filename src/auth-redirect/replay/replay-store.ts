/**
 * Remembers what may happen once only. The memory of one process by default.
 *
 * @publicApi
 */
export abstract class ReplayStore {
  /**
   * The first value remembered for a key holds until it expires.
   *
   * @param expiresAt Seconds since 1970; forgotten then.
   * @returns The value that holds: `value`, or an earlier one.
   */
  abstract remember(key: string, value: string, expiresAt: number): Promise<string> | string;
}
