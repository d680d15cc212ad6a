import { isRecord } from '../json.js';

/**
 * Adds the query, and `state` last. The tenant's `state` replaces the Action's, because `/continue` accepts no other.
 */
export function redirectUrl(target: string, query: Readonly<Record<string, string>>, state: string): string {
  const url = new URL(urlWith(target, query));
  url.searchParams.delete('state');
  url.searchParams.set('state', state);
  return url.href;
}

export function urlWith(target: string, query: Readonly<Record<string, string>>): string {
  const url = new URL(target);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

/** Throws errors that the Action's author sees. */
export function parseRedirectTarget(
  target: unknown,
  options: unknown,
  method = 'sendUserTo',
): { url: string; query: Record<string, string> } {
  if (typeof target !== 'string' || !URL.canParse(target)) {
    throw new TypeError(`${method}: the URL must be absolute, such as https://example.com/path; got ${show(target)}.`);
  }
  const { query } = isRecord(options) ? options : {};
  const pairs = Object.entries(isRecord(query) ? query : {}).filter(
    ([, value]) => value !== undefined && value !== null,
  );
  return { url: target, query: Object.fromEntries(pairs.map(([name, value]) => [name, String(value)])) };
}

function show(value: unknown): string {
  return value === undefined ? 'undefined' : JSON.stringify(value);
}
