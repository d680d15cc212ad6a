import { isEmail } from 'class-validator';

/** Characters that could end the address in a mail header, add a second address, or hide in it. */
const NOT_PLAIN = /["\s\p{Control}\p{Format}]/u;

/** Returns whether the value is exactly one address: no display name, quotes, comments or list. */
export function isPlainAddress(value: unknown): value is string {
  return typeof value === 'string' && isEmail(value) && !NOT_PLAIN.test(value);
}

/** Returns `a•••@example.com`: enough for users to recognize their own address. */
export function masked(address: string): string {
  const [first = ''] = address;
  return `${first}•••${address.slice(address.lastIndexOf('@'))}`;
}

/** Parses `login@example.com` or `Example <login@example.com>`. Returns undefined for anything else. */
export function mailboxOf(text: string): { readonly name: string; readonly address: string } | undefined {
  const [, quoted, plain = '', bracketed] = /^(?:"([^"\\<>]*)"|([^"\\<>]*?))\s*<([^<>]+)>$/.exec(text) ?? [];
  const name = quoted ?? plain;
  const address = bracketed ?? text;
  return isPlainAddress(address) && !/\p{Control}/u.test(name) ? { name, address } : undefined;
}
