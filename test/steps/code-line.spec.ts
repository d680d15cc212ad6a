import * as fc from 'fast-check';
import { codeIn } from '../../src/codes/code-line.js';

describe('the code in a line', () => {
  it.each([
    '820560',
    ' 820 560\t',
    '820-560',
    '820\u2013560',
    '820.560',
    '820\u00a0560',
    '8 2 0 5 6 0',
    'G-820560',
    'Your code is 820560.',
    'Your code is 820560. It is valid for 10 minutes.',
    'Your code is 820 560. It is valid for 10 minutes.',
    '820560 is your sign-in code · Example 2026',
    '820560 is your sign-in code. Your code is 820560.',
    '2026-11-27 12:00 820560',
    'رمزك هو ٨٢٠٥٦٠.',
    'コードは８２０５６０です',
    '८२०५६०',
    '8\u200b2\u200b0\u20665\u20696\ufeff0',
  ])('is found in %j', (line) => {
    expect(codeIn(line)).toBe('820560');
  });

  it.each([
    '',
    '82056',
    '8205601',
    '820560 or 820561',
    '820 560 and 820 561',
    'abcdef',
    '820,560',
    `${'x'.repeat(495)}820560`,
    '820 560 1',
  ])('is not guessed in %j', (line) => {
    expect(codeIn(line)).toBe('');
  });

  it('is found in any text without other digits, and any line is read quickly', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 200 }).map((some) => some.replaceAll(/[\p{N}]/gu, ''));
    const code = fc.stringMatching(/^\d{6}$/);
    const property = fc.property(text, code, text, (before, digits, after) => {
      expect(codeIn(`${before} ${digits} ${after}`)).toBe(digits);
    });
    fc.assert(property);
    const started = performance.now();
    for (const piece of ['1', '1 ', '1..', '1\u200b', '١-']) codeIn(piece.repeat(30_000));
    expect(performance.now() - started).toBeLessThan(500);
  });

  it('is six ASCII digits or nothing, whatever the line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (line) =>
        expect(codeIn(line)).toMatch(/^(?:\d{6})?$/),
      ),
    );
  });
});
