import { Clock } from '../auth-redirect/clock.js';

/**
 * Returns a fixed time until you set another one.
 *
 * @publicApi
 */
export class FrozenClock extends Clock {
  /** @param milliseconds Time in milliseconds since 1970. */
  constructor(public milliseconds: number) {
    super();
  }

  now(): number {
    return this.milliseconds;
  }
}
