import { spaceSeparated } from '../space-separated.js';

/**
 * Prefers `ui_locales`, then the browser's languages, then the tenant's default. Auth0 compares whole tags: `de-DE`
 * does not match `de`.
 */
export function localeOf(uiLocales: unknown, acceptLanguage: string, languages: readonly string[]): string {
  const wanted = [...spaceSeparated(uiLocales), ...preferred(acceptLanguage)].map((tag) => tag.toLowerCase());
  const found = wanted.flatMap((tag) => languages.find((language) => language.toLowerCase() === tag) ?? []);
  return found[0] ?? languages[0] ?? 'en';
}

/** Returns tags by preference (RFC 9110, section 12.5.4). */
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
