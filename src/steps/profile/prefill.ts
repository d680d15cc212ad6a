import { cleaned, findCharactersProblem, lengthOf } from './characters.js';
import { isDate } from './option-problems.js';
import type { ProfileField } from './profile-field.js';
import { readValue } from './read-value.js';

/** Longest e-mail address (RFC 5321, section 4.5.3.1.3), and more than any phone number takes. */
const ADDRESS_MAX_LENGTH = 254;

/**
 * What a field holds before anything is posted. The claim only spares typing: what does not fit the field is left out, and what
 * does is validated like anything else once it is posted.
 *
 * @param profile The `profile` claim of the session token.
 */
export function prefillOf(field: ProfileField, profile: unknown): string | boolean | null {
  if (typeof profile !== 'object' || profile === null || !Object.hasOwn(profile, field.name)) return null;
  const known: unknown = new Map<string, unknown>(Object.entries(profile)).get(field.name);
  if (field.type === 'checkbox') return known === true;
  if (field.type === 'number') return numberText(field, known);
  return typeof known === 'string' && fits(field, known) ? cleaned(known) : null;
}

function numberText(field: ProfileField, known: unknown): string | null {
  const text = String(known);
  return typeof known === 'number' && typeof readValue(field, text) === 'number' ? text : null;
}

function fits({ type, maxLength, choices }: ProfileField, text: string): boolean {
  if (type === 'date') return isDate(text);
  if (type === 'select') return choices.some(({ value }) => value === text);
  const longest = type === 'text' ? maxLength : ADDRESS_MAX_LENGTH;
  return lengthOf(text) <= longest && findCharactersProblem(text) === undefined;
}
