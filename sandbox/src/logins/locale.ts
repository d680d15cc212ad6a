import { words } from '../words.js';

/**
 * The language of a login: the first of `ui_locales`, then of what the browser prefers, that the tenant has switched on, or
 * the tenant's default. Auth0 compares whole tags: `de-DE` alone does not find `de`.
 */
export function localeOf(uiLocales: unknown, acceptLanguage: string, languages: readonly string[]): string {
  const wanted = [...words(uiLocales), ...preferred(acceptLanguage)].map((tag) => tag.toLowerCase());
  const found = wanted.flatMap((tag) => languages.find((language) => language.toLowerCase() === tag) ?? []);
  return found[0] ?? languages[0] ?? 'en';
}

/** The tags of an Accept-Language header, the most wanted first (RFC 9110, section 12.5.4). */
function preferred(header: string): string[] {
  const ranges = header.split(',').map((range) => {
    const [tag = '', ...parameters] = range.split(';').map((part) => part.trim());
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    return { tag, weight: weight === undefined ? 1 : Number(weight) };
  });
  return ranges
    .filter(({ weight }) => weight > 0)
    .toSorted((one, other) => other.weight - one.weight)
    .map(({ tag }) => tag);
}
