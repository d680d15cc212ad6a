import { DEFAULT_LOCALE } from './locales.js';

/**
 * A text of the configuration: the same for everybody, or by language (RFC 5646): `{ "en": "Terms", "de": "Bedingungen" }`.
 *
 * @publicApi
 */
export type LocalizedText = string | Readonly<Record<string, string>>;

/**
 * @param locale Language of the pages.
 * @returns The text in that language, else in its base language, else in English, else in the first there is.
 * @publicApi
 */
export function textIn(text: LocalizedText, locale: string): string {
  if (typeof text === 'string') return text;
  return text[locale] ?? text[locale.split('-', 1)[0] ?? ''] ?? text[DEFAULT_LOCALE] ?? Object.values(text)[0] ?? '';
}
