import { formatNumber, parseNumber } from '../../src/fields/numbers.js';

describe('a number in the language of the person', () => {
  it.each<[string, string, number | undefined]>([
    // The decimal separator of the language, or the other separator if only that one is possible.
    ['1.5', 'en', 1.5],
    ['1,5', 'en', 1.5],
    ['1,5', 'de', 1.5],
    ['1.5', 'de', 1.5],
    ['1,234', 'en', 1234],
    ['1.234', 'en', 1.234],
    ['1.234', 'de', 1234],
    ['1,234', 'de', 1.234],
    ['0.500', 'de', 0.5],
    ['0,125', 'en', 0.125],
    ['1,234.5', 'de', 1234.5],
    ['1.234,5', 'en', 1234.5],
    ['1.234.567', 'en', 1_234_567],
    ['1,234,567', 'de', 1_234_567],
    // Thousands.
    ['1 234,5', 'fr', 1234.5],
    ['1\u202f234,5', 'fr', 1234.5],
    ['1\u00a0234,5', 'pl', 1234.5],
    ["1'234.50", 'de', 1234.5],
    ['1’234’567', 'it', 1_234_567],
    ['12,34,567.89', 'en', 1_234_567.89],
    // Other scripts.
    ['١٬٢٣٤٫٥', 'ar', 1234.5],
    ['۱۲۳٫۵', 'ar', 123.5],
    ['१,२३४.५', 'en', 1234.5],
    ['１，２３４．５', 'ja', 1234.5],
    ['\u200f-5', 'he', -5],
    ['\u20615', 'en', 5],
    // Signs.
    ['-3', 'en', -3],
    ['−3', 'sv', -3],
    ['– 3', 'en', -3],
    ['+3', 'en', 3],
    ['-0', 'en', 0],
    // Parts that people omit or add.
    ['.5', 'en', 0.5],
    [',5', 'de', 0.5],
    ['5,', 'de', 5],
    ['007', 'en', 7],
    ['123456789012345', 'en', 123_456_789_012_345],
    ['0.000000000000001', 'en', 1e-15],
    // No numbers.
    ['12 34', 'en', undefined],
    ['0 500', 'en', undefined],
    ['5²', 'en', undefined],
    ['1,23,45', 'en', undefined],
    ['1.2.3', 'en', undefined],
    ['1,2,3', 'de', undefined],
    ['1 234.567.890', 'en', undefined],
    ['1--2', 'en', undefined],
    ['5 kg', 'en', undefined],
    ['5€', 'de', undefined],
    ['1e3', 'en', undefined],
    ['0x10', 'en', undefined],
    ['Infinity', 'en', undefined],
    ['.', 'en', undefined],
    ['-', 'en', undefined],
    ['', 'en', undefined],
    // Numbers with more digits than JSON preserves.
    ['1234567890123456', 'en', undefined],
    ['0.1234567890123456', 'en', undefined],
    ['1'.repeat(60_000), 'en', undefined],
  ])('%.40j in %s is %j', (text, locale, value) => {
    expect(parseNumber(text, locale)).toBe(value);
  });

  it.each(['ar', 'de', 'en', 'fr', 'he', 'ja', 'no', 'pl', 'pt-PT', 'sv', 'uk', 'zh-Hant'])(
    'is read again as it was written in %s',
    (locale) => {
      for (const value of [0, 7.5, -7.5, 1234.5, 123_456_789_012_345, 0.1]) {
        expect(parseNumber(formatNumber(value, locale), locale)).toBe(value);
        expect(parseNumber(new Intl.NumberFormat(locale, { maximumFractionDigits: 10 }).format(value), locale)).toBe(
          value,
        );
      }
    },
  );
});
