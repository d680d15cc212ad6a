import { isISO31661Alpha2 } from 'class-validator';
import { notList } from '../auth-redirect/validation/problems.js';
import type { FieldChoice } from './choices.js';

const LETTERS = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');

/** Two-letter codes (ISO 3166-1). */
export const COUNTRIES = LETTERS.flatMap((first) => LETTERS.map((second) => first + second)).filter((code) =>
  isISO31661Alpha2(code),
);

/** Naming and sorting take 1.5 ms. The map is bounded: pages have only the languages of the locale files. */
const byLocale = new Map<string, readonly FieldChoice[]>();

/** Returns countries with their names (CLDR), in alphabetical order of the language. */
export function countriesIn(locale: string, codes: readonly string[] = COUNTRIES): readonly FieldChoice[] {
  const countries = byLocale.get(locale) ?? namedCountries(locale);
  byLocale.set(locale, countries);
  return countries.filter(({ value }) => codes.includes(value));
}

function namedCountries(locale: string): readonly FieldChoice[] {
  const names = new Intl.DisplayNames(locale, { type: 'region' });
  const { compare } = new Intl.Collator(locale);
  return COUNTRIES.map((value) => ({ value, label: names.of(value) ?? value })).toSorted((one, other) =>
    compare(one.label, other.label),
  );
}

export function isCountry(value: unknown): value is string {
  return typeof value === 'string' && COUNTRIES.includes(value);
}

export function findCountryProblem(value: unknown): string | undefined {
  return isCountry(value) ? undefined : 'is not the code of a country, like DE (ISO 3166-1; quote NO in YAML)';
}

export function findCountriesProblem(value: unknown): string | undefined {
  if (!Array.isArray(value)) return notList(value, 'countries');
  if (value.length === 0) return 'is empty';
  if (new Set(value).size < value.length) return 'repeats a country';
  return value.map(findCountryProblem).find((problem) => problem !== undefined);
}
