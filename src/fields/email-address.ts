import { isEmail } from 'class-validator';

/** Characters that could end the address in a mail header, add another one, or be invisible. */
const NOT_PLAIN = /["\s\p{Control}\p{Format}]/u;

/** Limits in octets (RFC 5321 section 4.5.3.1). */
const LOCAL_PART_MAX = 64;
const ADDRESS_MAX = 254;

/** RFC 5321 allows leading, trailing and repeated dots only in quotes. */
const UNUSUAL_DOTS = /^\.+|\.+(?=\.|$)/g;

/**
 * Accepts exactly one address, without display name, quotes, comments or list, with letters of any script. Before the `@`, dots can be
 * anywhere: Japanese mobile providers assigned such addresses.
 */
export function isPlainAddress(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > ADDRESS_MAX || NOT_PLAIN.test(value)) return false;
  const { localPart, domain } = partsOf(value);
  return (
    Buffer.byteLength(localPart) <= LOCAL_PART_MAX && isEmail(`${localPart.replaceAll(UNUSUAL_DOTS, '')}@${domain}`)
  );
}

/** Returns `a•••@example.com`, which users still recognize. */
export function masked(address: string): string {
  const [first = ''] = address;
  return `${first}•••@${partsOf(address).domain}`;
}

/** Parses `login@example.com` or `Example <login@example.com>`. */
export function mailboxOf(text: string): { readonly name: string; readonly address: string } | undefined {
  const [, quoted, plain = '', bracketed] = /^(?:"([^"\\<>]*)"|([^"\\<>]*?))\s*<([^<>]+)>$/.exec(text) ?? [];
  const name = quoted ?? plain;
  const address = bracketed ?? text;
  return isPlainAddress(address) && !/\p{Control}/u.test(name) ? { name, address } : undefined;
}

export function partsOf(address: string): { readonly localPart: string; readonly domain: string } {
  const at = address.lastIndexOf('@');
  return { localPart: address.slice(0, Math.max(at, 0)), domain: address.slice(at + 1) };
}
