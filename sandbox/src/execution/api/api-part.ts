import type { JsonObject } from '../../json.js';
import type { Clock } from '../../clock.js';
import type { ApiFacts } from '../execution.js';

/** What the members of `api` work with. */
export interface ApiTools {
  /** The event that the Action has: metadata that is set shows in it at once. */
  readonly event: JsonObject;
  readonly facts: ApiFacts;
  readonly now: Clock;
  /** The export that runs. */
  readonly handler: string;
}
