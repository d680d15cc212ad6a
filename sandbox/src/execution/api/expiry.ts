import type { CallNotes } from '../recorder.js';

/** Times before this are seconds that somebody took for milliseconds: as milliseconds they are in January 1970. */
const SECONDS_LOOK_LIKE = 1e10;

/** Refuses what is no time in milliseconds, and notes what is likely a mistake. */
export function checkExpiry(method: string, value: unknown, notes: CallNotes): void {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new TypeError(`${method}: the time must be a number of milliseconds since the epoch.`);
  }
  if (value > 0 && value < SECONDS_LOOK_LIKE) notes.hint = 'The time is in milliseconds; this value is in 1970.';
}
