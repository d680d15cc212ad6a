import { isISO8601 } from 'class-validator';
import { asciiDigits } from './digits.js';

export type DatePart = 'day' | 'month' | 'year';

const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;
const YEAR = /^\d{4}$/;
/** Separators of dates, also of Chinese, Japanese and Korean ones. */
const SEPARATORS = /[\s./,\u002D\u2010-\u2015年月日년월일]+/u;
const OPTIONS = { calendar: 'gregory', numberingSystem: 'latn', timeZone: 'UTC' } as const;

/** Accepts only real dates like `1990-12-31` (ISO 8601). */
export function isDate(value: unknown): value is string {
  return typeof value === 'string' && ISO_DATE.test(value) && isISO8601(value, { strict: true });
}

export function datePartsOf(locale: string): readonly DatePart[] {
  const parts = numeric(locale).formatToParts(0);
  return parts.map(({ type }) => type).filter((type): type is DatePart => ['day', 'month', 'year'].includes(type));
}

/** Returns a label like `Day` or `Tag`. */
export function datePartLabel(part: DatePart, locale: string): string {
  const name = new Intl.DisplayNames(locale, { type: 'dateTimeField' }).of(part) ?? part;
  const [first = '', ...rest] = name;
  return first.toLocaleUpperCase(locale) + rest.join('');
}

/** Returns a date like `31/12/1990`, in the language's format. */
export function formatDate(day: string, locale: string): string {
  return numeric(locale).format(Date.parse(day));
}

/**
 * Parses a date in parts or one text, with digits of any script and names of months.
 *
 * @param text The date in the order of the language, or with the year first.
 * @returns `1990-12-31` or undefined. The year needs four digits: `65` could be 1965 or 2065.
 */
export function parseDate(text: string, locale: string): string | undefined {
  const pieces = asciiDigits(text)
    .replaceAll(/\p{Cf}/gu, '')
    .split(SEPARATORS)
    .filter(Boolean);
  const order = orderOf(pieces, locale);
  if (pieces.length !== order.length) return undefined;
  const written = Object.fromEntries(order.map((part, index) => [part, pieces[index] ?? '']));
  const { year = '', month = '', day = '' } = written;
  const date = [year, monthNumber(month, locale).padStart(2, '0'), day.padStart(2, '0')].join('-');
  return isDate(date) ? date : undefined;
}

/** If the year is last, the day is first in languages that usually begin with the year. */
function orderOf([first = '']: readonly string[], locale: string): readonly DatePart[] {
  if (YEAR.test(first)) return ['year', 'month', 'day'];
  const order = datePartsOf(locale);
  return order[0] === 'year' ? ['day', 'month', 'year'] : order;
}

function numeric(locale: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(locale, { ...OPTIONS, day: 'numeric', month: 'numeric', year: 'numeric' });
}

/** Returns `3` for `März` or `Mar`; other texts unchanged. */
function monthNumber(text: string, locale: string): string {
  if (/^\d+$/.test(text)) return text;
  const written = text.toLocaleLowerCase(locale);
  const months = Array.from({ length: 12 }, (_, index) => index);
  const found = months.find((index) => monthNames(index, locale).includes(written));
  return found === undefined ? text : String(found + 1);
}

function monthNames(index: number, locale: string): readonly string[] {
  const date = Date.UTC(2000, index, 1);
  return (['long', 'short'] as const).flatMap((month) =>
    // Some languages write a month differently next to a day.
    [{ month }, { month, day: 'numeric' } as const].flatMap((parts) =>
      new Intl.DateTimeFormat(locale, { ...OPTIONS, ...parts })
        .formatToParts(date)
        .filter(({ type }) => type === 'month')
        .map(({ value }) => value.toLocaleLowerCase(locale).replace(SEPARATORS, '')),
    ),
  );
}
