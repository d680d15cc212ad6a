/** Returns milliseconds since the epoch. Injected, so that tests can change the time. */
export type Clock = () => number;

/** Returns an ISO 8601 time. */
export function isoTime(now: Clock): string {
  return new Date(now()).toISOString();
}

/** Returns a NumericDate, as in `iat` and `exp` (RFC 7519, section 2). */
export function epochSeconds(now: Clock): number {
  return Math.floor(now() / 1000);
}
