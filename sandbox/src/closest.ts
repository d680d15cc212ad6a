import { distance } from 'fastest-levenshtein';

/** The most changes of a misspelled name of a function. More make another word. */
export const MAX_MISSPELLED = 4;

/** Returns the name that is most like another one, in at most `limit` changes of a letter. Case does not count. */
export function closest(name: string, names: readonly string[], limit: number): string | undefined {
  const ranked = names.map((other) => ({ other, changes: distance(name.toLowerCase(), other.toLowerCase()) }));
  const [best] = ranked.toSorted((a, b) => a.changes - b.changes);
  return best && best.changes <= limit ? best.other : undefined;
}
