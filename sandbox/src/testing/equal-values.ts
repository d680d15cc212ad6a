import { isJsonObject, type Json } from '../json.js';

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

/** Numbers of this size are times since the epoch, from the years 2001 to 5138. */
const FIRST_SECOND = 1e9;
const FIRST_MILLISECOND = 1e12;
const LAST_MILLISECOND = 1e14;

/**
 * In a replay, the Action's clock stops at the start of its run. So times may differ by the recorded duration.
 *
 * @param toleranceMs Duration of the recorded run, in milliseconds.
 */
export function areEqual(recorded: Json | undefined, replayed: Json | undefined, toleranceMs: number): boolean {
  if (Array.isArray(recorded)) {
    const isList = Array.isArray(replayed) && replayed.length === recorded.length;
    return isList && recorded.every((item, index) => areEqual(item, replayed[index], toleranceMs));
  }
  if (isJsonObject(recorded)) {
    const names = Object.keys(recorded);
    if (!isJsonObject(replayed) || Object.keys(replayed).length !== names.length) return false;
    return names.every((name) => areEqual(recorded[name], replayed[name], toleranceMs));
  }
  return recorded === replayed || isWithin(timeOf(recorded), timeOf(replayed), toleranceMs);
}

interface Time {
  readonly ms: number;
  /** Resolution of the time, in milliseconds. */
  readonly step: number;
}

function isWithin(recorded: Time | undefined, replayed: Time | undefined, toleranceMs: number): boolean {
  if (!recorded || recorded.step !== replayed?.step) return false;
  const laterMs = recorded.ms - replayed.ms;
  return laterMs >= 0 && laterMs < toleranceMs + recorded.step;
}

function timeOf(value: Json | undefined): Time | undefined {
  if (typeof value === 'string') return ISO_TIME.test(value) ? { ms: Date.parse(value), step: 1 } : undefined;
  if (typeof value !== 'number' || value < FIRST_SECOND || value > LAST_MILLISECOND) return undefined;
  return value < FIRST_MILLISECOND ? { ms: value * 1000, step: 1000 } : { ms: value, step: 1 };
}
