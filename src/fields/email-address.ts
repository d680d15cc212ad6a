import { isEmail } from 'class-validator';

/** Characters that could end the address in a mail header, add a second address, or hide in it. */
const NOT_PLAIN = /["\s\p{Control}\p{Format}]/u;

/** RFC 5321 section 4.5.3.1, in octets. */
const LOCAL_PART_MAX = 64;
const ADDRESS_MAX = 254;

/** Dots where RFC 5321 has none outside of quotes: first, last, or repeated. */
const UNUSUAL_DOTS = /^\.+|\.+(?=\.|$)/g;

/**
 * Returns whether the value is exactly one address: no display name, quotes, comments or list. Letters may be of any script. Dots may stand
 * anywhere before the `@`, because Japanese mobile providers gave out such addresses.
 */
export function isPlainAddress(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > ADDRESS_MAX || NOT_PLAIN.test(value)) return false;
  const { localPart, domain } = partsOf(value);
  return (
    Buffer.byteLength(localPart) <= LOCAL_PART_MAX && isEmail(`${localPart.replaceAll(UNUSUAL_DOTS, '')}@${domain}`)
  );
}

/** Returns `a•••@example.com`: enough for users to recognize their own address. */
export function masked(address: string): string {
  const [first = ''] = address;
  return `${first}•••@${partsOf(address).domain}`;
}

/** Parses `login@example.com` or `Example <login@example.com>`. Returns undefined for anything else. */
export function mailboxOf(text: string): { readonly name: string; readonly address: string } | undefined {
  const [, quoted, plain = '', bracketed] = /^(?:"([^"\\<>]*)"|([^"\\<>]*?))\s*<([^<>]+)>$/.exec(text) ?? [];
  const name = quoted ?? plain;
  const address = bracketed ?? text;
  return isPlainAddress(address) && !/\p{Control}/u.test(name) ? { name, address } : undefined;
}

/** Returns the two sides of the last `@`. */
export function partsOf(address: string): { readonly localPart: string; readonly domain: string } {
  const at = address.lastIndexOf('@');
  return { localPart: address.slice(0, Math.max(at, 0)), domain: address.slice(at + 1) };
}
