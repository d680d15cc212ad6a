import { distance } from 'fastest-levenshtein';

/** Maximum number of edits between a misspelled and the right function name. */
export const MAX_MISSPELLED = 4;

/** Ignores case. */
export function similarName(name: string, names: readonly string[], limit: number): string | undefined {
  const ranked = names.map((other) => ({ other, changes: distance(name.toLowerCase(), other.toLowerCase()) }));
  const [best] = ranked.toSorted((a, b) => a.changes - b.changes);
  return best && best.changes <= limit ? best.other : undefined;
}
