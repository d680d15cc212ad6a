/**
 * Lines on which a message costs what it usually does. A number of no type is not one: a gateway may ignore digits too many, and then
 * call an expensive line.
 */
const USUAL: readonly unknown[] = [
  'MOBILE',
  'FIXED_LINE_OR_MOBILE',
  'FIXED_LINE',
  'VOIP',
  'PAGER',
  'TOLL_FREE',
  'VOICEMAIL',
];

const E164 = /^\+[1-9]\d{6,14}$/;

/** Why no message is sent to a number. */
export type LineProblem = 'country' | 'type';

/** The line of a phone number. */
export interface PhoneLine {
  /** Country of the number (ISO 3166-1); undefined if the number does not show it. */
  readonly country: string | undefined;
  /** Undefined if messages may be sent. */
  readonly problem: LineProblem | undefined;
}

/** Returns whether the value is a phone number in the form of E.164. */
export function isPhoneNumber(value: unknown): value is string {
  return typeof value === 'string' && E164.test(value);
}

/**
 * Returns what kind of line a number has.
 *
 * @param number In the form of E.164.
 * @param countries The countries that messages may be sent to.
 */
export async function lineOf(number: string, countries: readonly string[]): Promise<PhoneLine> {
  // The smaller metadata has the types of numbers for some countries only. These take another megabyte.
  const { parsePhoneNumberFromString } = await import('libphonenumber-js/max');
  const parsed = parsePhoneNumberFromString(number);
  const country = parsed?.country;
  if (!parsed || country === undefined || !countries.includes(country)) return { country, problem: 'country' };
  return { country, problem: USUAL.includes(parsed.getType()) ? undefined : 'type' };
}
