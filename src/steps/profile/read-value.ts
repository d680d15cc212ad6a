import { cleaned, westernDigits } from './characters.js';
import type { ProfileField } from './profile-field.js';

/** Fifteen digits are as many as a number of JSON keeps for certain. */
const NUMBER = /^[+-]?\d{1,15}(?:\.\d{1,10})?$/;

/**
 * What was posted as what the Action gets: null where it is empty. What does not look right stays as it is, for the rules of the
 * form to find.
 */
export function readValue({ type }: Pick<ProfileField, 'type'>, posted: unknown): unknown {
  if (typeof posted !== 'string') return posted;
  switch (type) {
    case 'text':
    case 'email':
    case 'date':
      return cleaned(posted) || null;
    case 'select':
      return posted || null;
    case 'tel':
      return phoneNumber(cleaned(posted)) || null;
    case 'number':
      return numberOf(westernDigits(cleaned(posted)));
    case 'checkbox':
      return posted === 'yes' ? true : posted;
    default:
      return unknownType(type);
  }
}

/** As E.164 has it, `+4930123456` for `+49 (0)30 1234-56`: what people write to read it more easily is left out. */
function phoneNumber(text: string): string {
  return westernDigits(text)
    .replace('(0)', '')
    .replaceAll(/[\s().\-\u2010-\u2015/\p{Cf}]/gu, '');
}

function numberOf(text: string): number | string | null {
  if (text === '') return null;
  return NUMBER.test(text) ? Number(text) + 0 : text; // + 0 for -0, which JSON lacks
}

function unknownType(type: never): never {
  throw new TypeError(`there is no field of type ${String(type)}`);
}
