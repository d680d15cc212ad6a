import { isRecord, textOf } from './json.js';

/** What something thrown says. Errors may come from another realm, so `instanceof` is not asked. */
export function messageOf(thrown: unknown): string {
  return isRecord(thrown) && typeof thrown['message'] === 'string' ? thrown['message'] : String(thrown);
}

/** Where it was thrown, if it tells. */
export function stackOf(thrown: unknown): string {
  return isRecord(thrown) ? textOf(thrown['stack']) : '';
}
