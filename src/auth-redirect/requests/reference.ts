import type { Traced } from '../options/events.js';
import type { Randomness } from '../randomness.js';

/** Crockford's base 32: without characters that are easily confused. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Makes a reference of ten characters, 50 bits, like `7K3MQ-9QWXZ`: it connects an error page to its line in the log. */
export function newReference(randomness: Randomness): string {
  let characters = '';
  for (const byte of randomness.bytes(10)) characters += ALPHABET[byte % ALPHABET.length];
  return `${characters.slice(0, 5)}-${characters.slice(5)}`;
}

/**
 * What a client may choose for log lines and error pages: no white space, quotes or markup, shorter than any JWT, a letter or digit
 * first, so that no program reads it as an option.
 */
const GIVEN = /^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/;

/** Returns the reference of a request, if it is safe to repeat. */
export function checkedReference(given: unknown): string | undefined {
  return typeof given === 'string' && GIVEN.test(given) ? given : undefined;
}

/** Version 00, the only defined one: others are not passed on (W3C Trace Context, 3.2.2). */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}$/;

/**
 * Returns the ids of a `traceparent` header; nothing for an invalid one. Node joins a repeated header with a comma, which is invalid.
 */
export function traceOf(traceparent: string | string[] | undefined): Traced {
  const [, traceId, spanId] = (typeof traceparent === 'string' && TRACEPARENT.exec(traceparent)) || [];
  return traceId !== undefined && spanId !== undefined ? { traceId, spanId } : {};
}
