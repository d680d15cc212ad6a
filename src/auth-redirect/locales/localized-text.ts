import { validateWith } from '../options/validators.js';
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

/**
 * Validates a {@link LocalizedText}.
 *
 * @param findProblem What has to hold of the text in each language. Default: that it is not empty.
 */
export function IsLocalizedText(
  findProblem = (text: string): string | undefined => (text === '' ? 'is empty' : undefined),
): PropertyDecorator {
  return validateWith('isLocalizedText', (value) => {
    if (typeof value === 'string') return findProblem(value);
    if (typeof value !== 'object' || value === null || Array.isArray(value) || Object.keys(value).length === 0) {
      return 'is neither a text nor texts by language, like { en: Terms, de: Bedingungen }';
    }
    const wrong = Object.entries(value).find(([, text]) => typeof text !== 'string' || findProblem(text) !== undefined);
    return wrong && `${wrong[0]} ${typeof wrong[1] === 'string' ? findProblem(wrong[1]) : 'is not a text'}`;
  });
}
