import { timingSafeEqual } from 'node:crypto';
import type { StepContext } from '../../auth-redirect/steps/step.js';

const CODES = 1_000_000;
const DIGITS = 6;

/** Numbers of 32 bits from here on would make some codes likelier than others. */
const UNBIASED = 2 ** 32 - (2 ** 32 % CODES);
const NUMBER_BYTES = 4;

/**
 * The code of a generation, `000000` to `999999`. It is derived, not drawn: every replica makes the same one, and nothing of it
 * has to be kept anywhere.
 */
export function codeOf({ secret }: Pick<StepContext, 'secret'>, generation: number): string {
  for (let round = 1; ; round += 1) {
    const bytes = Buffer.from(secret(`code-${generation}-${round}`));
    for (let offset = 0; offset < bytes.length; offset += NUMBER_BYTES) {
      const number = bytes.readUInt32BE(offset);
      if (number < UNBIASED) return String(number % CODES).padStart(DIGITS, '0');
    }
  }
}

/** In a time that does not tell how many digits are right. */
export function isSameCode(given: string, expected: string): boolean {
  return given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));
}
