import type { CallNotes } from '../recorder.js';

/** Smaller values are probably seconds: in milliseconds, they mean a time in 1970. */
const SECONDS_LOOK_LIKE = 1e10;

/** Throws unless the value is a time in milliseconds. Adds a hint about likely mistakes. */
export function checkExpiry(method: string, value: unknown, notes: CallNotes): void {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new TypeError(`${method}: the time must be a number of milliseconds since the epoch.`);
  }
  if (value > 0 && value < SECONDS_LOOK_LIKE) notes.hint = 'The time is in milliseconds; this value is in 1970.';
}
