/**
 * Provides the time. Replace this provider to freeze time in a test.
 *
 * @publicApi
 */
export abstract class Clock {
  /** Returns milliseconds since 1970-01-01T00:00:00Z. */
  abstract now(): number;
}

export class SystemClock extends Clock {
  now(): number {
    return Date.now();
  }
}
