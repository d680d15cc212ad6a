import { Clock } from '../auth-redirect/clock.js';

/**
 * A clock that stands still until you set it.
 *
 * @publicApi
 */
export class FrozenClock extends Clock {
  /** @param milliseconds Since 1970. */
  constructor(public milliseconds: number) {
    super();
  }

  now(): number {
    return this.milliseconds;
  }
}
