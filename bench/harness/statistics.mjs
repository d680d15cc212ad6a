const sorted = (numbers) => [...numbers].sort((a, b) => a - b);

/** @param {Iterable<number>} numbers */
export function median(numbers) {
  const inOrder = sorted(numbers);
  const middle = inOrder.length / 2;
  return Number.isInteger(middle) ? (inOrder[middle - 1] + inOrder[middle]) / 2 : inOrder[Math.floor(middle)];
}

/** @param {Float64Array} inOrder sorted numbers */
export const percentile = (inOrder, share) => inOrder[Math.min(inOrder.length - 1, Math.floor(inOrder.length * share))];

/** Rounds to three significant digits. */
export function rounded(number) {
  if (!Number.isFinite(number)) return null;
  return Math.abs(number) >= 1000 ? Math.round(number) : Number(number.toPrecision(3));
}
