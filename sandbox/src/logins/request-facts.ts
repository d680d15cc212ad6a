import type { JsonObject } from '../json.js';

/** The parts of an HTTP request that an Action may see as `event.request`. */
export interface RequestFacts {
  readonly method: string;
  readonly ip: string;
  readonly hostname: string;
  readonly userAgent: string;
  readonly language: string;
  readonly query: JsonObject;
  readonly body: JsonObject;
}
