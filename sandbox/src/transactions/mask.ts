import { isJsonObject, type Json, type JsonObject } from '../json.js';
import { formsOf } from './secret-forms.js';

export const MASK = '••••••••';

/** Masking every `1` because of `TERMS_VERSION=1` would make records unreadable. Such a short value is no real secret. */
const SHORTEST_MASKED = 6;

/** Maximum length of a text, in characters. */
const TEXT_LIMIT = 32_000;

const JSON_LIMIT = { characters: 200_000, members: 5000, depth: 100 };

const LEFT_OUT = '… (left out)';

/** Masks the option `secret` of a call, regardless of its source. */
export function withoutSecret(argument: Json): Json {
  return isJsonObject(argument) && 'secret' in argument ? { ...argument, secret: MASK } : argument;
}

export class Masker {
  private readonly values: readonly string[];
  private readonly valuesButAddresses: readonly string[];
  private readonly longest: number;

  constructor(secrets: readonly string[]) {
    const kept = [...new Set(secrets)].filter((value) => value.length >= SHORTEST_MASKED);
    this.values = longestFirst(kept.flatMap(formsOf));
    this.valuesButAddresses = longestFirst(kept.filter((value) => !isWebAddress(value)).flatMap(formsOf));
    this.longest = this.values[0]?.length ?? 0;
  }

  /** Masks property names, too. */
  json(value: JsonObject): JsonObject;
  json(value: Json): Json;
  json(value: Json): Json {
    return maskJson(value, (text) => this.text(text), { ...JSON_LIMIT });
  }

  text(value: string): string {
    if (value.length <= TEXT_LIMIT) return replaceAll(value, this.values);
    // Masks more text than it shows, because the search misses a secret that the cut splits.
    const masked = replaceAll(value.slice(0, TEXT_LIMIT + this.longest), this.values);
    const end = Math.min(masked.length - this.longest, TEXT_LIMIT - 50);
    return `${masked.slice(0, end)}… (${value.length} characters)`;
  }

  /**
   * Keeps secrets that are URLs: many Actions store their redirect's URL in a secret, and the browser shows that URL
   * anyway.
   */
  address(value: string): string {
    return replaceAll(value, this.valuesButAddresses);
  }

  isExposedBy(value: string): boolean {
    return this.address(value) !== value;
  }
}

interface Rest {
  characters: number;
  members: number;
  depth: number;
}

function maskJson(value: Json, mask: (text: string) => string, rest: Rest): Json {
  if (typeof value === 'string') return maskText(value, mask, rest);
  if (typeof value !== 'object' || value === null) return value;
  if (rest.depth === 0) return LEFT_OUT;
  rest.depth -= 1;
  const masked = Array.isArray(value) ? maskList(value, mask, rest) : maskMembers(value, mask, rest);
  rest.depth += 1;
  return masked;
}

function maskText(value: string, mask: (text: string) => string, rest: Rest): string {
  if (rest.characters <= 0 && value.length > LEFT_OUT.length) return LEFT_OUT;
  const masked = mask(value);
  rest.characters -= masked.length;
  return masked;
}

function maskList(list: readonly Json[], mask: (text: string) => string, rest: Rest): Json[] {
  const masked: Json[] = [];
  for (const item of list) {
    if (rest.members <= 0) return [...masked, LEFT_OUT];
    rest.members -= 1;
    masked.push(maskJson(item, mask, rest));
  }
  return masked;
}

function maskMembers(object: JsonObject, mask: (text: string) => string, rest: Rest): JsonObject {
  const masked: [string, Json][] = [];
  for (const [name, item] of Object.entries(object)) {
    if (rest.members <= 0) return Object.fromEntries([...masked, ['…', LEFT_OUT]]);
    rest.members -= 1;
    masked.push([maskText(name, mask, rest), maskJson(item, mask, rest)]);
  }
  return Object.fromEntries(masked);
}

/** Sorts by length, so that a secret that contains another one is masked completely. */
function longestFirst(values: readonly string[]): string[] {
  return [...new Set(values)]
    .filter((value) => value.length >= SHORTEST_MASKED)
    .toSorted((a, b) => b.length - a.length);
}

function replaceAll(text: string, values: readonly string[]): string {
  return values.reduce(
    (masked, value) => (value.length > masked.length ? masked : masked.replaceAll(value, MASK)),
    text,
  );
}

function isWebAddress(value: string): boolean {
  return /^https?:\/\//i.test(value) && URL.canParse(value);
}
