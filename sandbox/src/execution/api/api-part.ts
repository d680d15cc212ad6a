import type { JsonObject } from '../../json.js';
import type { Clock } from '../../clock.js';
import type { ApiFacts } from '../execution.js';

export interface ApiTools {
  /** The event with the current metadata. */
  readonly event: JsonObject;
  readonly facts: ApiFacts;
  readonly now: Clock;
  readonly handler: string;
}
