import type { Entry } from './entries.js';

/** Letters that Unicode does not decompose, with the letters that people type instead. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ħ: 'h',
  ı: 'i',
  ـ: '',
};
const LETTER = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'gu');

/** Maximum length of a search, in characters; the rest is ignored. */
export const SEARCH_MAX_LENGTH = 200;

/**
 * Returns the entries whose label and description contain every word of the search. Ignores case and marks.
 *
 * @param locale Language for lower case: in Turkish, `I` becomes `ı`.
 */
export function matchesOf(entries: readonly Entry[], search: string, locale: string): readonly Entry[] {
  const words = folded(search.slice(0, SEARCH_MAX_LENGTH), locale).split(/\s+/u).filter(Boolean);
  if (words.length === 0) return entries;
  return entries.filter(({ label, description = '' }) => {
    const text = folded(`${label} ${description}`, locale);
    return words.every((word) => text.includes(word));
  });
}

function folded(text: string, locale: string): string {
  const letters = text.toLocaleLowerCase(locale).replaceAll(LETTER, (letter) => LETTERS[letter] ?? letter);
  return letters.normalize('NFKD').replaceAll(/\p{M}/gu, '');
}
