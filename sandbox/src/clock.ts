/** Milliseconds since the epoch. Injected everywhere, so that tests can move time. */
export type Clock = () => number;

/** Returns the time as ISO 8601. */
export function isoTime(now: Clock): string {
  return new Date(now()).toISOString();
}

/** Returns whole seconds, as `iat` and `exp` count them (RFC 7519, section 2: NumericDate). */
export function epochSeconds(now: Clock): number {
  return Math.floor(now() / 1000);
}
