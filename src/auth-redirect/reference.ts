import type { Randomness } from './randomness.js';

/** Crockford's base 32: nothing in it is misread over the telephone. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Ten characters, 50 bits: `7K3MQ-9QWXZ`. Tells a person's screen and a line in the log apart from all others. */
export function newReference(randomness: Randomness): string {
  const characters = [...randomness.bytes(10)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
  return `${characters.slice(0, 5)}-${characters.slice(5)}`;
}
