import type { JsonObject } from '../../json.js';
import type { Clock } from '../../clock.js';
import type { ApiFacts } from '../execution.js';

/** The context of the members of `api`. */
export interface ApiTools {
  /** The event of the Action. Changes of metadata show in it at once. */
  readonly event: JsonObject;
  readonly facts: ApiFacts;
  readonly now: Clock;
  /** The export that runs. */
  readonly handler: string;
}
