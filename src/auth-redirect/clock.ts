/**
 * Where the time comes from. Provide another one to freeze it in a test.
 *
 * @publicApi
 */
export abstract class Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  abstract now(): number;
}

/** The computer's clock. */
export class SystemClock extends Clock {
  now(): number {
    return Date.now();
  }
}
