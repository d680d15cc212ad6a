import type { JsonObject } from '../json.js';

/** Facts for `event.request`. */
export interface RequestFacts {
  readonly method: string;
  readonly ip: string;
  readonly hostname: string;
  readonly userAgent: string;
  readonly language: string;
  readonly query: JsonObject;
  readonly body: JsonObject;
}
