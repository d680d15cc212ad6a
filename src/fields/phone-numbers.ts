import type { CountryCode } from 'libphonenumber-js';
import { asciiDigits } from './digits.js';

/** Limit with the `+` (ITU-T E.164, section 6). */
export const PHONE_NUMBER_MAX_LENGTH = 16;

export type PhoneProblem = 'unknown' | 'extension';

/** Loads the parser at the first posted phone number, because it needs about 9 MB. class-validator depends on the same package. */
async function loadParser() {
  const [parser, { default: examples }] = await Promise.all([
    import('libphonenumber-js/min'),
    import('libphonenumber-js/mobile/examples'),
  ]);
  return { ...parser, examples };
}

/**
 * Returns the number as E.164: `+4930123456` for `+49 (0)30 123-456`.
 *
 * @param country Country of numbers without a country code. Default: rejects such numbers.
 */
export async function parsePhoneNumber(
  text: string,
  country: string | undefined,
): Promise<{ readonly number: string } | { readonly problem: PhoneProblem }> {
  const { parsePhoneNumberFromString, isSupportedCountry } = await loadParser();
  const plain = asciiDigits(text).replaceAll(/\p{Cf}/gu, '');
  const written = plain
    .trim()
    .replace(/^tel:/i, '')
    .replace(/^\((\+[^)]*)\)/, '$1');
  const defaultCountry = country !== undefined && isSupportedCountry(country) ? country : undefined;
  // Not all countries dial 00 for +, but users everywhere write 00. National numbers that begin with 00 belong to services.
  const numbers = [written, written.replace(/^00(?=[\s(]*[1-9])/, '+')]
    .map((each) => parsePhoneNumberFromString(each, { ...(defaultCountry && { defaultCountry }), extract: false }))
    .filter((each) => each?.nationalNumber.startsWith('00') === false);
  const number = numbers.find((each) => each?.isValid()) ?? numbers.find((each) => each?.isPossible());
  if (!number || number.number.length > PHONE_NUMBER_MAX_LENGTH) return { problem: 'unknown' };
  return number.ext === undefined ? { number: number.number } : { problem: 'extension' };
}

/**
 * Returns an unassigned number of the country, or of the language's largest country.
 *
 * @param country Default: the number includes its country code.
 */
export async function examplePhoneNumber(locale: string, country: string | undefined): Promise<string> {
  const { getExampleNumber, isSupportedCountry, examples } = await loadParser();
  const region = country ?? new Intl.Locale(locale).maximize().region ?? '';
  const example = getExampleNumber(isSupportedCountry(region) ? region : ('US' satisfies CountryCode), examples);
  return (country === undefined ? example?.formatInternational() : example?.formatNational()) ?? '+1 201 555 0123';
}
