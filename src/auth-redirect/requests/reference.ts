import type { Randomness } from '../randomness.js';

/** Crockford's base 32: nothing in it is misread over the telephone. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Ten characters, 50 bits: `7K3MQ-9QWXZ`. Tells a person's screen and a line in the log apart from all others. */
export function newReference(randomness: Randomness): string {
  let characters = '';
  for (const byte of randomness.bytes(10)) characters += ALPHABET[byte % ALPHABET.length];
  return `${characters.slice(0, 5)}-${characters.slice(5)}`;
}

/**
 * What a client may choose by itself: it stands in log lines and on error pages. No white space, quotes or markup; longer than what
 * somebody types by accident, and shorter than any JWT; a letter or digit first, so that no program takes it for an option.
 */
const GIVEN = /^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/;

/** @returns The reference that came with a request, where it is one that is safe to repeat. */
export function checkedReference(given: unknown): string | undefined {
  return typeof given === 'string' && GIVEN.test(given) ? given : undefined;
}
