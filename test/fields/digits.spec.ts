import { asciiDigits } from '../../src/fields/digits.js';

const writtenIn = (numberingSystem: string): string =>
  new Intl.NumberFormat('en', { numberingSystem, useGrouping: false }).format(9_876_543_210);

/** Digits of `hanidec` are also words. */
const SYSTEMS = Intl.supportedValuesOf('numberingSystem').filter((system) => /^\p{Nd}+$/u.test(writtenIn(system)));

describe('digits of other scripts', () => {
  it.each(SYSTEMS)('are read in the numbering system %s', (system) => {
    expect(asciiDigits(writtenIn(system))).toBe('9876543210');
  });

  it('leave other characters unchanged', () => {
    expect(asciiDigits('Ａ１ x-٣ ٫ 九 5² ①')).toBe('A1 x-3 ٫ 九 5² ①');
  });
});
