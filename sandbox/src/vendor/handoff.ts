import { isRecord } from '../json.js';

/** A login that a service has handed off to the vendor. */
export interface Handoff {
  /** The vendor returns this value unchanged. */
  readonly handle: string;
  readonly returnTo: URL;
}

/** The sender has to fix the problem. */
export type HandoffReading =
  { readonly ok: true; readonly handoff: Handoff } | { readonly ok: false; readonly problem: string };

const LONGEST_HANDLE = 1000;

/** `isKnown` returns whether the vendor may redirect there. */
export function readHandoff(parameters: unknown, isKnown: (address: URL) => boolean): HandoffReading {
  const { handle, return_to: returnTo } = isRecord(parameters) ? parameters : {};
  if (!isText(handle)) return refused('handle', handle);
  if (!isText(returnTo)) return refused('return_to', returnTo);
  if (handle.length > LONGEST_HANDLE) return problem(`handle is longer than ${LONGEST_HANDLE} characters.`);
  // Without slashes, the parser would treat "http:path" as a host.
  if (!/^https?:\/\//i.test(returnTo) || !URL.canParse(returnTo)) {
    return problem('return_to is not an absolute http or https address.');
  }
  const address = new URL(returnTo);
  if (!isKnown(address)) return problem(`This vendor does not redirect to ${address.origin}.`);
  return { ok: true, handoff: { handle, returnTo: address } };
}

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
