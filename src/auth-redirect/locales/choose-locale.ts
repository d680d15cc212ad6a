import type { JsonObject } from '../json.js';
import type { HttpRequest } from '../http/answer.js';
import { findLanguage } from './find-language.js';
import { DEFAULT_LOCALE, type Locales } from './locales.js';

/** Sources of the language, in order of precedence. */
interface LanguageSources {
  /** The claim `locale`, then `ui_locales`. */
  readonly claims?: JsonObject;
  /** The parameter `ui_locales`, then `Accept-Language`. */
  readonly request: Pick<HttpRequest, 'url' | 'headers'>;
}

const LANGUAGES_MAX = 20;

export function chooseLocale(locales: Locales, { claims = {}, request }: LanguageSources): string {
  const wished = [...listOf(claims.locale), ...listOf(claims.ui_locales), ...listOf(uiLocalesOf(request.url))];
  for (const tag of wished) {
    const found = findLanguage(locales.tags, tag);
    if (found !== undefined) return found;
  }
  const header = request.headers['accept-language'];
  return header === undefined ? DEFAULT_LOCALE : locales.accepted(String(header));
}

/** OpenID Connect Core section 3.1.2.1: languages in order of preference, separated by spaces. Actions provide a list. */
function listOf(claim: unknown): readonly string[] {
  const tags = typeof claim === 'string' ? claim.split(' ', LANGUAGES_MAX) : claim;
  return Array.isArray(tags) ? tags.slice(0, LANGUAGES_MAX).filter((tag): tag is string => isPlausible(tag)) : [];
}

/** RFC 5646 section 4.4.1 allows a limit of 35 characters. */
function isPlausible(tag: unknown): boolean {
  return typeof tag === 'string' && tag.length <= 35;
}

function uiLocalesOf(target: string): string | null {
  if (!target.includes('ui_locales=')) return null;
  return new URLSearchParams(target.slice(target.indexOf('?') + 1)).get('ui_locales');
}
