/** Lone surrogates, and the replacement for invalid bytes. */
const BROKEN = /[\p{Cs}\uFFFD]/u;
/** Control characters except white space, and marks of the text direction (UAX #9, section 2). */
const REMOVED = /[^\P{Cc}\s]|[\u202A-\u202E\u2066-\u2069\uFEFF]/gu;
const VISIBLE = /[^\p{Z}\p{Cf}\s]/u;
/** Too many marks on a letter slow down normalization; no language needs that many (UAX #15, section 13). */
const MARKS = /\p{M}{31}/u;

/** Returns whether all characters are invisible. */
export function isBlank(text: string): boolean {
  return !/[^\s\p{Cf}]/u.test(text);
}

export function isNormalizable(text: string): boolean {
  return !MARKS.test(text);
}

export function isStorable(text: string): boolean {
  return !BROKEN.test(text);
}

export function isPlainLine(text: string): boolean {
  return isStorable(text) && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text);
}

/** Returns one normalized line, so that equal texts have equal characters (UAX #15). Removes invisible marks, which copying can add. */
export function lineOf(text: string): string {
  return visible(text.replaceAll(REMOVED, '').replaceAll(/\s/gu, ' '));
}

export function linesOf(text: string): string {
  return visible(text.replaceAll(/\r\n?|[\p{Zl}\p{Zp}]/gu, '\n').replaceAll('\t', ' '));
}

/** Counts Unicode code points, the unit of `minLength` and `maxLength`. */
export function lengthOf(text: string): number {
  return Array.from(text).length;
}

function visible(text: string): string {
  const trimmed = text.replaceAll(REMOVED, '').normalize('NFC').trim();
  return VISIBLE.test(trimmed) ? trimmed : '';
}
