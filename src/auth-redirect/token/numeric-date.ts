/** RFC 7519 section 2: a JSON number of seconds, fractions allowed. `1e400` parses to Infinity and is none. */
export function isNumericDate(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
