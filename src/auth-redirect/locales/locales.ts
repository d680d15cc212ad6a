import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInstance, type i18n } from 'i18next';
import Negotiator from 'negotiator';
import { AuthRedirectOptionsError } from '../errors.js';
import { locales as builtLocales } from './locales.generated.js';

/** The language that is spoken where no other is asked for, and that lends its texts to one that lacks them (RFC 5646). */
export const DEFAULT_LOCALE = 'en';

/** How many values of `Accept-Language` are kept, and how long one of them is at most, in characters. */
const MAX_ACCEPTED = 500;
const MAX_ACCEPTED_LENGTH = 100;

/** Texts by their keys, nested; see `locales/en.json`. */
type Texts = { readonly [key: string]: string | Texts };

/**
 * Gives a text in one language.
 *
 * @param key Dotted path of the text in the locale files, like `terms.tick`. What is no key is given back as it is.
 * @param values What stands in the text's `{{places}}`; `count` also chooses the plural form.
 *
 * @publicApi
 */
export type Translate = (key: string, values?: Readonly<Record<string, string | number>>) => string;

/** The languages of the pages: those of the build, and an operator's own beside them or in their place. */
export class Locales {
  /** What can be asked for, like `de` or `pt-BR`. */
  readonly tags: readonly string[];
  readonly #i18n: i18n;
  readonly #translates = new Map<string, Translate>();
  readonly #accepted = new Map<string, string>();

  /** @param own Texts of an operator, by language. What they leave out stays. */
  constructor(own: readonly OwnLocale[] = []) {
    this.#i18n = createInstance({
      fallbackLng: DEFAULT_LOCALE,
      initAsync: false,
      interpolation: { escapeValue: false }, // the views escape
      nsSeparator: false,
      resources: Object.fromEntries(Object.entries(builtLocales).map(([tag, texts]) => [tag, { translation: texts }])),
    });
    void this.#i18n.init();
    for (const { tag, texts } of own) this.#i18n.addResourceBundle(tag, 'translation', texts, true, true);
    this.tags = [...new Set([DEFAULT_LOCALE, ...Object.keys(builtLocales), ...own.map(({ tag }) => tag)])];
  }

  translate(locale: string): Translate {
    const known = this.#translates.get(locale);
    if (known) return known;
    const t = this.#i18n.getFixedT(locale);
    // What is no key is not even looked through for places: it may hold what somebody typed.
    const translate: Translate = (key, values) =>
      this.#i18n.exists(key, { lng: locale, ...values }) ? t(key, { ...values }) : key;
    if (this.tags.includes(locale)) this.#translates.set(locale, translate);
    return translate;
  }

  /** Which way the language is written. */
  direction(locale: string): 'ltr' | 'rtl' {
    return this.#i18n.dir(locale);
  }

  /** The best for an `Accept-Language` (RFC 9110 section 12.5.4). Browsers say the same few, and those are kept. */
  accepted(header: string): string {
    const known = this.#accepted.get(header);
    if (known !== undefined) return known;
    const request = { headers: { 'accept-language': header } };
    const locale = new Negotiator(request).language([...this.tags]) ?? DEFAULT_LOCALE;
    if (this.#accepted.size < MAX_ACCEPTED && header.length < MAX_ACCEPTED_LENGTH) this.#accepted.set(header, locale);
    return locale;
  }
}

/** A file of an operator: `nl` for `nl.json`. */
interface OwnLocale {
  readonly tag: string;
  readonly texts: Texts;
}

/**
 * @param directory The operator's `<language>.json` files. Undefined: only those of the build.
 * @throws AuthRedirectOptionsError for a directory that cannot be read and for files that hold no texts.
 */
export function loadLocales(directory: string | undefined): Locales {
  if (directory === undefined) return new Locales();
  const files = filesOf(directory);
  const problems: string[] = [];
  const own = files.map((file) => {
    const tag = file.slice(0, -'.json'.length);
    const texts = textsOf(join(directory, file));
    if (!texts) problems.push(`localesDirectory has ${file}, which is not JSON with texts by their keys`);
    if (!isTag(tag)) problems.push(`localesDirectory has ${file}, which is not named after a language, like nl.json`);
    return { tag, texts: texts ?? {} };
  });
  if (problems.length > 0) throw new AuthRedirectOptionsError(problems);
  return new Locales(own);
}

function filesOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory).filter((file) => file.endsWith('.json'));
  } catch {
    throw new AuthRedirectOptionsError(['localesDirectory is not a directory that can be read']);
  }
}

function textsOf(file: string): Texts | undefined {
  try {
    const texts: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isTexts(texts) ? texts : undefined;
  } catch {
    return undefined;
  }
}

function isTexts(value: unknown): value is Texts {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((text) => typeof text === 'string' || isTexts(text))
  );
}

function isTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
