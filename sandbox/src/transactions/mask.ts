import { isJsonObject, type Json, type JsonObject } from '../json.js';

/** What stands where a secret was. */
export const MASK = '••••••••';

/**
 * Values shorter than this are left alone: masking every `1` because a secret says `TERMS_VERSION=1` would make the
 * record unreadable, and nothing that short keeps a secret.
 */
const SHORTEST_MASKED = 6;

/** Masks the option `secret` of a call, wherever its value came from. */
export function withoutSecret(argument: Json): Json {
  return isJsonObject(argument) && 'secret' in argument ? { ...argument, secret: MASK } : argument;
}

/** Takes the values of secrets out of everything that is recorded. */
export class Masker {
  private readonly values: readonly string[];
  private readonly valuesButAddresses: readonly string[];

  constructor(secrets: readonly string[]) {
    // The longest first, so that a secret which contains another is masked whole.
    this.values = [...new Set(secrets)]
      .filter((value) => value.length >= SHORTEST_MASKED)
      .toSorted((a, b) => b.length - a.length);
    this.valuesButAddresses = this.values.filter((value) => !isWebAddress(value));
  }

  /** Masks inside any JSON value, property names included. */
  json(value: JsonObject): JsonObject;
  json(value: Json): Json;
  json(value: Json): Json {
    return maskJson(value, (text) => this.text(text));
  }

  /** Masks text. */
  text(value: string): string {
    return replaceAll(value, this.values);
  }

  /**
   * For the address the browser is sent to. Secrets that are web addresses stay, since many Actions keep the address of
   * their redirect there and the browser shows it anyway.
   */
  address(value: string): string {
    return replaceAll(value, this.valuesButAddresses);
  }

  /** Whether an address would show a secret to whoever sees it. */
  isExposedBy(value: string): boolean {
    return this.address(value) !== value;
  }
}

function maskJson(value: Json, mask: (text: string) => string): Json {
  if (typeof value === 'string') return mask(value);
  if (Array.isArray(value)) return value.map((item) => maskJson(item, mask));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [mask(name), maskJson(item, mask)]));
}

function replaceAll(text: string, values: readonly string[]): string {
  return values.reduce((masked, value) => masked.replaceAll(value, MASK), text);
}

function isWebAddress(value: string): boolean {
  return /^https?:\/\//i.test(value) && URL.canParse(value);
}
