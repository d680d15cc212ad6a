/** Returns the sentence ` Did you mean "name"?` for the most similar of the names, or nothing if none is similar. */
export function suggestion(name: string, known: readonly string[]): string {
  const ranked = known.map((other) => ({ other, distance: distanceOf(name.toLowerCase(), other.toLowerCase()) }));
  const [best] = ranked.toSorted((a, b) => a.distance - b.distance);
  const limit = name.length < 4 ? 1 : 2;
  return best && best.distance <= limit ? ` Did you mean "${best.other}"?` : '';
}

/** The edit distance; names are short, as the longest known one bounds what is compared. */
function distanceOf(name: string, other: string): number {
  if (Math.abs(name.length - other.length) > 3) return Infinity;
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [i, letter] of name.split('').entries()) {
    const next = [i + 1];
    for (const [j, wanted] of other.split('').entries()) {
      const replaced = (row[j] ?? 0) + (letter === wanted ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
