import { datePartLabel, datePartsOf, formatDate, parseDate } from '../../src/fields/dates.js';
import { Locales } from '../../src/auth-redirect/locales/locales.js';

describe('a date in the language of the person', () => {
  it.each<[string, string, string | undefined]>([
    ['12 31 1990', 'en', '1990-12-31'],
    ['31 12 1990', 'de', '1990-12-31'],
    ['1990 12 31', 'ja', '1990-12-31'],
    ['31.12.1990', 'de', '1990-12-31'],
    ['12/31/1990', 'en', '1990-12-31'],
    ['31/12/1990', 'fr', '1990-12-31'],
    ['31-12-1990', 'nl', '1990-12-31'],
    ['31. 12. 1990.', 'no', '1990-12-31'],
    ['1990. 12. 31.', 'ko', '1990-12-31'],
    ['1990年12月31日', 'zh', '1990-12-31'],
    ['1990년 12월 31일', 'ko', '1990-12-31'],
    ['1990-12-31', 'en', '1990-12-31'],
    ['1990-12-31', 'de', '1990-12-31'],
    ['31 dec. 1990', 'sv', '1990-12-31'],
    ['1 2 1990', 'pt', '1990-02-01'],
    ['٣١/١٢/١٩٩٠', 'ar', '1990-12-31'],
    ['۳۱ ۱۲ ۱۹۹۰', 'ar', '1990-12-31'],
    ['３１ １２ １９９０', 'it', '1990-12-31'],
    ['\u200e31\u200f/12/1990', 'he', '1990-12-31'],
    // Months by name.
    ['March 7, 1985', 'en', '1985-03-07'],
    ['mar 7 1985', 'en', '1985-03-07'],
    ['7. März 1985', 'de', '1985-03-07'],
    ['7 janv. 1985', 'fr', '1985-01-07'],
    ['7 березня 1985', 'uk', '1985-03-07'],
    ['7 marca 1985', 'pl', '1985-03-07'],
    ['1985 三月 7', 'zh', '1985-03-07'],
    ['7 Mart 1985', 'tr', '1985-03-07'],
    ['7 مارس 1985', 'ar', '1985-03-07'],
    // Leap years, and days that do not exist.
    ['29 02 2024', 'de', '2024-02-29'],
    ['29 02 2026', 'de', undefined],
    ['31 02 1990', 'de', undefined],
    ['31 02 1990', 'en', undefined],
    ['00 12 1990', 'de', undefined],
    ['31 13 1990', 'de', undefined],
    // Incomplete.
    ['31 12', 'de', undefined],
    ['31 12 ', 'de', undefined],
    ['31 12 90', 'de', undefined],
    ['31 Dezembre 1990', 'de', undefined],
    ['1990-12-31T00:00:00Z', 'en', undefined],
    ['19901231', 'en', undefined],
    ['', 'en', undefined],
    ['9'.repeat(60_000), 'en', undefined],
  ])('%.40j in %s is %j', (text, locale, date) => {
    expect(parseDate(text, locale)).toBe(date);
  });

  it.each(new Locales().tags)('is read as it is written in %s', (locale) => {
    const long = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC', calendar: 'gregory' });
    for (const day of ['1990-12-31', '2024-02-29', '1985-03-07']) {
      expect(parseDate(formatDate(day, locale), locale)).toBe(day);
      // Hebrew, Portuguese and Ukrainian add words to the parts.
      const medium = long.format(Date.parse(day)).replaceAll(/ de | р\.$| ב(?=\p{L})/gu, ' ');
      expect(parseDate(medium, locale)).toBe(day);
    }
  });

  it('has its parts in the order of the language, with their names', () => {
    const labels = (locale: string): string[] => datePartsOf(locale).map((part) => datePartLabel(part, locale));
    expect(labels('en')).toEqual(['Month', 'Day', 'Year']);
    expect(labels('de')).toEqual(['Tag', 'Monat', 'Jahr']);
    expect(labels('ja')).toEqual(['年', '月', '日']);
    expect(labels('tr')).toEqual(['Gün', 'Ay', 'Yıl']);
  });
});
