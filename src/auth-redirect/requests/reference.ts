import type { Traced } from '../options/events.js';
import type { Randomness } from '../randomness.js';

/** Crockford's base 32 omits characters that are easily confused. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Returns ten random characters (50 bits), like `7K3MQ-9QWXZ`. */
export function newReference(randomness: Randomness): string {
  let characters = '';
  for (const byte of randomness.bytes(10)) characters += ALPHABET[byte % ALPHABET.length];
  return `${characters.slice(0, 5)}-${characters.slice(5)}`;
}

/**
 * Safe in log lines and error pages: no white space, quotes or markup, and shorter than any JWT. The first character cannot begin an option
 * of a program.
 */
const REFERENCE = /^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/;

export function checkedReference(given: unknown): string | undefined {
  return typeof given === 'string' && REFERENCE.test(given) ? given : undefined;
}

/** Matches version 00, the only defined one. Other versions are not passed on (W3C Trace Context, 3.2.2). */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}$/;

/** Returns no ids if the header is invalid. Node joins repeated headers with a comma, which is invalid. */
export function traceOf(traceparent: string | string[] | undefined): Traced {
  const [, traceId, spanId] = (typeof traceparent === 'string' && TRACEPARENT.exec(traceparent)) || [];
  return traceId !== undefined && spanId !== undefined ? { traceId, spanId } : {};
}
