import { isRecord, shownText, textOf } from './json.js';

/** Avoids `instanceof`, because errors may come from another realm. Never throws. */
export function messageOf(thrown: unknown): string {
  const message = memberOf(thrown, 'message');
  return typeof message === 'string' ? message : shownText(thrown);
}

export function stackOf(thrown: unknown): string {
  return textOf(memberOf(thrown, 'stack'));
}

/** Getters of a thrown value may throw, too. */
export function memberOf(thrown: unknown, name: string): unknown {
  try {
    return isRecord(thrown) ? thrown[name] : undefined;
  } catch {
    return undefined;
  }
}
