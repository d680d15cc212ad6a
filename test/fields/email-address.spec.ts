import * as fc from 'fast-check';
import { isPlainAddress, mailboxOf, masked } from '../../src/fields/email-address.js';

describe('an email address', () => {
  it.each([
    'ada@example.com',
    'Ada.Lovelace+x@Example.COM',
    "o'neill{}|=?@example.com",
    'taro..yamada@docomo.ne.jp',
    'taro.@ezweb.ne.jp',
    '.taro...@docomo.ne.jp',
    '用户@例え.jp',
    'müller@bücher.de',
    `${'a'.repeat(64)}@example.com`,
  ])('may be %s', (address) => {
    expect(isPlainAddress(address)).toBe(true);
  });

  it.each([
    undefined,
    null,
    42,
    ['ada@example.com'],
    '',
    '@example.com',
    '...@example.com',
    'ada',
    'ada@',
    'ada@example',
    'ada@example..com',
    'ada@.example.com',
    'ada@example.com.',
    'a@b@example.com',
    'Ada <ada@example.com>',
    'ada@example.com, eve@example.com',
    'ada@example.com\r\nBcc: eve@example.com',
    '"a,b"@example.com',
    'a\u0000@example.com',
    'a\u202e@example.com',
    'a\u200b@example.com',
    `${'a'.repeat(65)}@example.com`,
    `a${'.'.repeat(64)}@example.com`,
    `${'ä'.repeat(33)}@example.com`,
    `a@${'b.'.repeat(130)}com`,
    `${'.'.repeat(100_000)}@example.com`,
  ])('is not %j', (value) => {
    expect(isPlainAddress(value)).toBe(false);
  });

  it('never has characters that could end a header', () => {
    const piece = fc.constantFrom(
      'a',
      '.',
      '@',
      '"',
      ' ',
      '\r',
      '\n',
      ',',
      ';',
      '<',
      '>',
      ':',
      '\\',
      '(',
      '\u2028',
      'example.com',
    );
    const near = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(fc.oneof(near, fc.emailAddress(), fc.string({ unit: 'binary' })), (text) => {
        const isSafe = /^[^\s"<>,;:()\\@\p{C}]+@[^\s"<>,;:()\\@\p{C}]+$/u.test(text);
        expect([false, isSafe]).toContain(isPlainAddress(text));
      }),
      { numRuns: 3000 },
    );
  });

  it('is masked to its first letter and its domain', () => {
    expect(masked('taro..yamada@docomo.ne.jp')).toBe('t•••@docomo.ne.jp');
  });

  it('may have a name in front of it as a sender', () => {
    expect(mailboxOf('"Example, Inc." <login@example.com>')).toEqual({
      name: 'Example, Inc.',
      address: 'login@example.com',
    });
  });
});
