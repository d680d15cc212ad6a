import { isRecord } from '../json.js';

/** A login that a service has handed off to the vendor. */
export interface Handoff {
  /** The service's value, which the vendor returns unchanged. */
  readonly handle: string;
  readonly returnTo: URL;
}

/** A parsed request to the vendor, or the problem that its sender has to fix. */
export type HandoffReading =
  { readonly ok: true; readonly handoff: Handoff } | { readonly ok: false; readonly problem: string };

const LONGEST_HANDLE = 1000;

/** Reads a query or a form. `isKnown` returns whether the vendor may redirect to an address. */
export function readHandoff(parameters: unknown, isKnown: (address: URL) => boolean): HandoffReading {
  const { handle, return_to: returnTo } = isRecord(parameters) ? parameters : {};
  if (!isText(handle)) return refused('handle', handle);
  if (!isText(returnTo)) return refused('return_to', returnTo);
  if (handle.length > LONGEST_HANDLE) return problem(`handle is longer than ${LONGEST_HANDLE} characters.`);
  // Without the slashes, the parser would take "http:path" for a host.
  if (!/^https?:\/\//i.test(returnTo) || !URL.canParse(returnTo)) {
    return problem('return_to is not an absolute http or https address.');
  }
  const address = new URL(returnTo);
  if (!isKnown(address)) return problem(`This vendor does not redirect to ${address.origin}.`);
  return { ok: true, handoff: { handle, returnTo: address } };
}

/** Returns the address to which the browser returns, with one more parameter. */
export function returnAddress({ returnTo }: Handoff, name: string, value: string): string {
  const address = new URL(returnTo);
  address.searchParams.append(name, value);
  return address.href;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function refused(name: string, value: unknown): HandoffReading {
  return problem(Array.isArray(value) ? `${name} occurs more than once.` : `${name} is missing.`);
}

function problem(text: string): HandoffReading {
  return { ok: false, problem: text };
}
