import { isRecord, shownText, textOf } from './json.js';

/** What something thrown says. Errors may come from another realm, so `instanceof` is not asked. It never throws. */
export function messageOf(thrown: unknown): string {
  const message = memberOf(thrown, 'message');
  return typeof message === 'string' ? message : shownText(thrown);
}

/** Where it was thrown, if it tells. */
export function stackOf(thrown: unknown): string {
  return textOf(memberOf(thrown, 'stack'));
}

/** A member of something thrown. Anything can be thrown, even what throws when it is looked at. */
export function memberOf(thrown: unknown, name: string): unknown {
  try {
    return isRecord(thrown) ? thrown[name] : undefined;
  } catch {
    return undefined;
  }
}
