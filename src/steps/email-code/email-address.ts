import { isEmail } from 'class-validator';

/** What could end the address in a mail's header, add another one to it, or hide in it. */
const NOT_PLAIN = /["\s\p{Control}\p{Format}]/u;

/** @returns Whether it is exactly one address, as typed into a form: no display name, quotes, comments or list. */
export function isPlainAddress(value: unknown): value is string {
  return typeof value === 'string' && isEmail(value) && !NOT_PLAIN.test(value);
}

/** `a•••@example.com`: enough to recognise one's own address by. */
export function masked(address: string): string {
  const [first = ''] = address;
  return `${first}•••${address.slice(address.lastIndexOf('@'))}`;
}

/** A mailbox with the name that mail programs show. */
export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

/** @returns undefined for what is neither `login@example.com` nor `Example <login@example.com>`. */
export function mailboxOf(text: string): Mailbox | undefined {
  const [, quoted, plain = '', bracketed] = /^(?:"([^"\\<>]*)"|([^"\\<>]*?))\s*<([^<>]+)>$/.exec(text) ?? [];
  const name = quoted ?? plain;
  const address = bracketed ?? text;
  return isPlainAddress(address) && !/\p{Control}/u.test(name) ? { name, address } : undefined;
}
