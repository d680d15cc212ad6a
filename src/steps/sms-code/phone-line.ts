/**
 * Types of lines with the usual price of a message. Excludes numbers without a type: a gateway may ignore extra digits, and reach an
 * expensive line.
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

/** Reason why no message is sent to a number. */
export type LineProblem = 'country' | 'type';

export interface PhoneLine {
  /** Normalized number, the same for all spellings: `+49 0151…` is `+49 151…`. */
  readonly number: string;
  /** Country of the number (ISO 3166-1); undefined if the number does not show it. */
  readonly country: string | undefined;
  /** Reason against messages; undefined if they may be sent. */
  readonly problem: LineProblem | undefined;
}

/** Returns whether the value is a phone number in the form of E.164. */
export function isPhoneNumber(value: unknown): value is string {
  return typeof value === 'string' && E164.test(value);
}

/**
 * Returns a number's country, and the reason against messages, if any.
 *
 * @param number The number in the form of E.164.
 * @param countries Countries that may receive messages.
 */
export async function lineOf(number: string, countries: readonly string[]): Promise<PhoneLine> {
  // The smaller metadata has types for some countries only. The full metadata needs another megabyte.
  const { parsePhoneNumberFromString } = await import('libphonenumber-js/max');
  const parsed = parsePhoneNumberFromString(number);
  const line = { number: parsed?.number ?? number, country: parsed?.country };
  if (!parsed?.country || !countries.includes(parsed.country)) return { ...line, problem: 'country' };
  return { ...line, problem: USUAL.includes(parsed.getType()) ? undefined : 'type' };
}
