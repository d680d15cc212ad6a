import { isRecord } from '../json.js';

/** Merges objects at any depth and replaces the rest. `undefined` removes a member. */
export function merged(
  base: Readonly<Record<string, unknown>>,
  changes: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const changed = Object.entries(changes).map(([name, value]) => {
    const before = base[name];
    return [name, isRecord(value) ? merged(isRecord(before) ? before : {}, value) : value] as const;
  });
  const all = { ...base, ...Object.fromEntries(changed) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
