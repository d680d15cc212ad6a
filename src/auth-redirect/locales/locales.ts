import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInstance, type i18n } from 'i18next';
import { LRUCache } from 'lru-cache';
import Negotiator from 'negotiator';
import { AuthRedirectOptionsError } from '../errors.js';
import { namesIn } from '../files.js';
import { isJsonObject } from '../json.js';
import { findLanguage } from './find-language.js';
import { locales as builtLocales } from './locales.generated.js';

/** Language (RFC 5646) for users whose language is unknown or unavailable, and for texts that a locale file lacks. */
export const DEFAULT_LOCALE = 'en';

/** Matches tags like `de` or `pt-BR` (RFC 5646 section 2.2.9). */
export const LANGUAGE_TAG = /^[a-z]{2,8}(?:-[a-z\d]{1,8})*$/i;

/** Longer headers are cut: parsing time grows faster than length. */
const ACCEPT_LANGUAGE_MAX_LENGTH = 200;

type Texts = { readonly [key: string]: string | Texts };

/**
 * Returns a text in one language.
 *
 * @param key Dotted path in the locale files, like `terms.tick`. An unknown key is returned unchanged.
 * @param values Values of `{{placeholders}}`; `count` also selects the plural form.
 *
 * @publicApi
 */
export type Translate = (key: string, values?: Readonly<Record<string, string | number>>) => string;

export class Locales {
  readonly tags: readonly string[];
  readonly #i18n: i18n;
  /** Browsers send few different headers. Parsing one costs 6 us, a tenth of a request. */
  readonly #accepted = new LRUCache<string, string>({ max: 100 });

  /** @param own Custom texts, merged into the built-in ones. */
  constructor(own: readonly OwnLocale[] = []) {
    this.#i18n = createInstance({
      fallbackLng: DEFAULT_LOCALE,
      initAsync: false,
      interpolation: { escapeValue: false }, // the views escape values
      nsSeparator: false,
      resources: Object.fromEntries(Object.entries(builtLocales).map(([tag, texts]) => [tag, { translation: texts }])),
    });
    void this.#i18n.init();
    for (const { tag, texts } of own) this.#i18n.addResourceBundle(tag, 'translation', texts, true, true);
    this.tags = [...new Set([DEFAULT_LOCALE, ...Object.keys(builtLocales), ...own.map(({ tag }) => tag)])];
  }

  translate(locale: string): Translate {
    const t = this.#i18n.getFixedT(locale);
    // Other text may contain user input, so only keys are interpolated.
    return (key, values) => (this.#i18n.exists(key, { lng: locale, ...values }) ? t(key, { ...values }) : key);
  }

  direction(locale: string): 'ltr' | 'rtl' {
    return this.#i18n.dir(locale);
  }

  /** RFC 9110 section 12.5.4. Reads `de_AT` as `de-AT`. */
  accepted(header: string): string {
    const key = header.slice(0, ACCEPT_LANGUAGE_MAX_LENGTH).replaceAll('_', '-');
    const known = this.#accepted.get(key);
    if (known !== undefined) return known;
    const wished = new Negotiator({ headers: { 'accept-language': key } }).languages();
    const locale = wished.flatMap((tag) => findLanguage(this.tags, tag) ?? [])[0] ?? DEFAULT_LOCALE;
    this.#accepted.set(key, locale);
    return locale;
  }
}

/** The tag of `nl.json` is `nl`. */
interface OwnLocale {
  readonly tag: string;
  readonly texts: Texts;
}

/**
 * @param directory Directory of custom `<language>.json` files. Default: only the built-in languages.
 * @throws AuthRedirectOptionsError if the directory cannot be read or a file contains no texts.
 */
export function loadLocales(directory: string | undefined): Locales {
  if (directory === undefined) return new Locales();
  const files = namesIn('localesDirectory', directory).filter((file) => file.endsWith('.json'));
  const problems: string[] = [];
  const own = files.map((file) => {
    const name = file.slice(0, -'.json'.length);
    const tag = canonicalTag(name);
    const texts = textsOf(join(directory, file));
    if (typeof texts === 'string') problems.push(`localesDirectory has ${file}, which ${texts}`);
    if (tag === undefined)
      problems.push(`localesDirectory has ${file}, which is not named after a language, like nl.json or pt-BR.json`);
    return { tag: tag ?? name, texts: typeof texts === 'string' ? {} : texts };
  });
  if (problems.length > 0) throw new AuthRedirectOptionsError(problems);
  return new Locales(own);
}

/** Returns `pt-BR` for `pt-br` (RFC 5646 section 2.1.1). */
function canonicalTag(tag: string): string | undefined {
  try {
    return new Intl.Locale(tag).baseName;
  } catch {
    return undefined;
  }
}

/** Returns the texts, or the problem. */
function textsOf(file: string): Texts | string {
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
    const texts: unknown = JSON.parse(text);
    return isTexts(texts) ? texts : 'is not JSON with texts by their keys';
  } catch (error) {
    // V8's message quotes the file, whose texts are public.
    const message = error instanceof Error ? error.message : 'unknown';
    const [, at] = / at position (\d+)/.exec(message) ?? [];
    const lines = text.slice(0, Number(at)).split('\n');
    const place = at === undefined ? '' : `, line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
    return `is not JSON that can be read${place}: ${JSON.stringify(message)}`;
  }
}

function isTexts(value: unknown): value is Texts {
  return isJsonObject(value) && Object.values(value).every((text) => typeof text === 'string' || isTexts(text));
}
