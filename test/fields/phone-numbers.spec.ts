import { examplePhoneNumber, parsePhoneNumber } from '../../src/fields/phone-numbers.js';

describe('a phone number as people write it', () => {
  it.each<[string, string | undefined, string | undefined]>([
    ['+49 30 1234567', undefined, '+49301234567'],
    ['+49 (0)30 123 45 67', undefined, '+49301234567'],
    ['+49(0)30/1234-567', undefined, '+49301234567'],
    ['+44 (020) 7946 0958', undefined, '+442079460958'],
    ['0049 30 1234567', undefined, '+49301234567'],
    ['00 (49) 30 1234567', undefined, '+49301234567'],
    ['0044 20 7946 0958', 'US', '+442079460958'],
    ['0061 412 345 678', 'AU', '+61412345678'],
    ['00 55 11 96123 4567', 'BR', '+5511961234567'],
    ['0049 30 1234567', 'KR', '+49301234567'],
    ['0081 90 1234 5678', 'JP', '+819012345678'],
    ['011 44 20 7946 0958', 'US', '+442079460958'],
    ['030 1234567', 'DE', '+49301234567'],
    ['(020) 7946 0958', 'GB', '+442079460958'],
    ['06.12.34.56.78', 'FR', '+33612345678'],
    ['06 698 12345', 'IT', '+390669812345'],
    ['8 (912) 345-67-89', 'RU', '+79123456789'],
    ['(11) 98765-4321', 'BR', '+5511987654321'],
    ['050-123-4567', 'IL', '+972501234567'],
    ['(415) 555-2671', 'US', '+14155552671'],
    ['(+49) 30 1234567', undefined, '+49301234567'],
    ['+39 06 698 12345', undefined, '+390669812345'],
    ['+٩٦٦ ٥٠ ١٢٣ ٤٥٦٧', undefined, '+966501234567'],
    ['+९१ ९८७६५ ४३२१०', undefined, '+919876543210'],
    ['＋８１ ９０ １２３４ ５６７８', undefined, '+819012345678'],
    ['\u202a+1\u2011415\u2011555\u20112671\u202c', undefined, '+14155552671'],
    ['tel:+49301234567', undefined, '+49301234567'],
    // Numbers without a required country code, and texts that are not numbers.
    ['030 1234567', undefined, undefined],
    ['49 30 1234567', undefined, undefined],
    ['+49 30', undefined, undefined],
    ['+049 30 1234567', undefined, undefined],
    ['+1234567890123456', undefined, undefined],
    ['1-800-FLOWERS', 'US', undefined],
    ['+49 30 CALL ME', undefined, undefined],
    ['call +49 30 1234567 after six', undefined, undefined],
    ['+49 30 1234567, +49 171 1234567', undefined, undefined],
    ['911', 'US', undefined],
    [`+${'1'.repeat(60_000)}`, undefined, undefined],
  ])('%.40j, country %s, is %j', async (text, country, number) => {
    expect(await parsePhoneNumber(text, country)).toEqual(number === undefined ? { problem: 'unknown' } : { number });
  });

  it.each(['+1 (415) 555-2671 x123', '+1 415 555 2671 ext. 5', '+49 171 1234567#12', '+14155552671;ext=7'])(
    'cannot have an extension: %s',
    async (text) => {
      expect(await parsePhoneNumber(text, undefined)).toEqual({ problem: 'extension' });
    },
  );

  it.each([
    ['en', undefined, '+1 201 555 0123'],
    ['de', undefined, '+49 1512 3456789'],
    ['ja', undefined, '+81 90 1234 5678'],
    ['zh-Hant', undefined, '+886 912 345 678'],
    ['en', 'GB', '07400 123456'],
    ['de', 'AT', '0664 123456'],
  ])('has an example that fits the language %s and the country %s', async (locale, country, example) => {
    expect(await examplePhoneNumber(locale, country)).toBe(example);
  });
});
