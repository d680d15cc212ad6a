import { findLanguage } from './find-language.js';
import { DEFAULT_LOCALE } from './locales.js';

/**
 * Represents one string, or one for each language (RFC 5646): `{ "en": "Terms", "de": "Bedingungen" }`.
 *
 * @publicApi
 */
export type LocalizedText = string | Readonly<Record<string, string>>;

/**
 * Returns the text in the language, its base language or a variant, English, or the first language, in this order.
 *
 * @param locale Language of the pages.
 * @publicApi
 */
export function textIn(text: LocalizedText, locale: string): string {
  if (typeof text === 'string') return text;
  const languages = Object.keys(text);
  const language =
    findLanguage(languages, locale) ?? languages.find((each) => findLanguage([locale], each) !== undefined);
  return text[language ?? DEFAULT_LOCALE] ?? Object.values(text)[0] ?? '';
}
