/**
 * Returns `: did you mean x?` if at most a third of the letters differ; otherwise an empty string.
 *
 * @param most Maximum number of different letters.
 */
export function didYouMean(name: string, known: readonly string[], most = 3): string {
  for (let edits = 0; edits <= most && edits * 3 <= name.length; edits += 1) {
    const found = known.find((other) => isWithin(edits, name.toLowerCase(), other.toLowerCase()));
    if (found !== undefined) return `: did you mean ${found}?`;
  }
  return '';
}

/** Counts insertions, deletions and replacements (Levenshtein). */
function isWithin(edits: number, one: string, other: string): boolean {
  if (one === '' || other === '') return one.length + other.length <= edits;
  const [shorter, shorterOther] = [one.slice(1), other.slice(1)];
  if (one[0] === other[0]) return isWithin(edits, shorter, shorterOther);
  if (edits === 0) return false;
  const left = edits - 1;
  return isWithin(left, shorter, other) || isWithin(left, one, shorterOther) || isWithin(left, shorter, shorterOther);
}
