import { readFileSync } from 'node:fs';

type Texts = { readonly [key: string]: string | Texts };

/** The languages of the package. */
export const TAGS = 'ar de en es fr he it ja ko nl no pl pt pt-PT sv tr uk zh zh-Hant'.split(' ');

/** The plural suffix of a key. */
export const PLURAL = /_(zero|one|two|few|many|other)$/;

/** Returns the texts of a language by their dotted keys. */
export function texts(tag: string): Record<string, string> {
  return flat(JSON.parse(readFileSync(`locales/${tag}.json`, 'utf8')) as Texts);
}

function flat(nested: Texts, path = ''): Record<string, string> {
  return Object.assign(
    {},
    ...Object.entries(nested).map(([key, text]) =>
      typeof text === 'string' ? { [path + key]: text } : flat(text, `${path}${key}.`),
    ),
  ) as Record<string, string>;
}
