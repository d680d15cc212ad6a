import { asciiDigits } from './digits.js';

/** JSON and JavaScript keep up to fifteen digits exactly. */
const DIGITS_MAX = 15;

const LENGTH_MAX = 100;

const SIGN = /^([+\u002D\u2010-\u2015\u2212]?)\s*(.*)$/u;
/** Spaces, apostrophes and the Arabic thousands separator only group digits, in any language. */
const GROUPING = /(?<=\d)[\s'’\u066C](?=\d)/gu;
const ARABIC_DECIMAL = '\u066B';

/**
 * Parses a number in the language. Accepts the other decimal separator if the text has no other meaning, like `1,5` in English.
 *
 * @returns Undefined if the text is not a number, or has more digits than JSON keeps.
 */
export function parseNumber(text: string, locale: string): number | undefined {
  if (text.length > LENGTH_MAX) return undefined;
  const [, sign, digits = ''] =
    SIGN.exec(
      asciiDigits(text)
        .replaceAll(/\p{Cf}/gu, '')
        .trim(),
    ) ?? [];
  const grouped = digits.replaceAll(GROUPING, ' ');
  const [decimal, other] = decimalSeparator(locale) === ',' ? [',', '.'] : ['.', ','];
  const plain =
    unformatted(grouped.replace(ARABIC_DECIMAL, decimal), decimal, other) ?? unformatted(grouped, other, decimal);
  if (plain === undefined || plain.replaceAll(/^[0.]+|\.0*$|\D/g, '').length > DIGITS_MAX) return undefined;
  return Number(plain) * (sign === '' || sign === '+' ? 1 : -1) + 0; // + 0 turns -0, which JSON lacks, into 0
}

/** Formats a number without thousands separators, so that {@link parseNumber} can parse it. */
export function formatNumber(value: number, locale: string): string {
  const options = { useGrouping: false, maximumFractionDigits: DIGITS_MAX, numberingSystem: 'latn' };
  return new Intl.NumberFormat(locale, options).format(value);
}

function decimalSeparator(locale: string): string | undefined {
  const parts = new Intl.NumberFormat(locale, { numberingSystem: 'latn' }).formatToParts(1.5);
  return parts.find(({ type }) => type === 'decimal')?.value;
}

/** Returns `1234.5` for `1.234,5`; undefined for another format. */
function unformatted(text: string, decimal: string, thousands: string): string | undefined {
  const [whole = '', fraction = '', ...more] = text.split(decimal);
  // Groups of three digits; in India, of two before the last. A grouped number cannot begin with 0: `0.500` is a half.
  const groups = new RegExp(`^(?:\\d*|[1-9]\\d{0,2}([ ${thousands}])(?:\\d{2,3}\\1)*\\d{3})$`);
  const isNumber = more.length === 0 && groups.test(whole) && /^\d*$/.test(fraction) && whole + fraction !== '';
  return isNumber ? `${whole.replaceAll(/\D/g, '') || '0'}.${fraction || '0'}` : undefined;
}
