import { asciiDigits } from '../fields/digits.js';

/**
 * Limits the line that {@link codeIn} reads, in characters: more than the sentence of any message. Use it as `maxlength` of the field.
 *
 * @publicApi
 */
export const CODE_LINE_MAX = 500;

const DIGITS = 6;
const RUN = /\d+/g;
/** Matches codes like `820 560`, `8-2-0-5-6-0` or `820.560`. */
const GROUPED = /\d+(?:[\s\p{Dash_Punctuation}.]{1,3}\d+)*/gu;

/**
 * Returns the code in a line as six ASCII digits: the only run of six digits in any script, otherwise the only six digits in groups.
 *
 * @param line The posted value of the field.
 * @returns Empty unless the line has exactly one code.
 * @publicApi
 */
export function codeIn(line: unknown): string {
  if (typeof line !== 'string') return '';
  const plain = asciiDigits(line.slice(0, CODE_LINE_MAX)).replaceAll(/\p{Format}/gu, '');
  return onlyCode(plain.match(RUN)) || onlyCode(plain.match(GROUPED));
}

/** A repeated code counts once. */
function onlyCode(runs: readonly string[] | null): string {
  const codes = new Set((runs ?? []).map((run) => run.replaceAll(/\D/g, '')).filter((run) => run.length === DIGITS));
  const [code = ''] = codes;
  return codes.size === 1 ? code : '';
}
