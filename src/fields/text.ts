/** Lone surrogates, and the replacement for invalid bytes. */
const BROKEN = /[\p{Cs}\uFFFD]/u;
/** Control characters other than white space, and marks that change the text direction (UAX #9, section 2). */
const REMOVED = /[^\P{Cc}\s]|[\u202A-\u202E\u2066-\u2069\uFEFF]/gu;
/** Anything but spaces and invisible characters. */
const VISIBLE = /[^\p{Z}\p{Cf}\s]/u;
/** Too many marks on one letter. They slow down normalization, and no language needs as many (UAX #15, section 13). */
const MARKS = /\p{M}{31}/u;

/** Returns whether a text has only spaces and invisible characters. */
export function isBlank(text: string): boolean {
  return !/[^\s\p{Cf}]/u.test(text);
}

/** Returns whether a text can be normalized quickly, because it has no more marks than languages need. */
export function isNormalizable(text: string): boolean {
  return !MARKS.test(text);
}

/** Returns whether a text can be stored unchanged. */
export function isStorable(text: string): boolean {
  return !BROKEN.test(text);
}

/** Returns whether a text has one line and no control characters. */
export function isPlainLine(text: string): boolean {
  return isStorable(text) && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text);
}

/**
 * Returns a text as one normalized line, so that equal texts have equal characters (UAX #15). Line breaks and tabs become spaces. Invisible
 * marks, which copying can add, are removed.
 */
export function lineOf(text: string): string {
  return visible(text.replaceAll(REMOVED, '').replaceAll(/\s/gu, ' '));
}

/** Returns a normalized text of several lines, with `\n` for each line break. */
export function linesOf(text: string): string {
  return visible(text.replaceAll(/\r\n?|[\p{Zl}\p{Zp}]/gu, '\n').replaceAll('\t', ' '));
}

/** Returns the length in Unicode code points, the unit of `minLength` and `maxLength`. */
export function lengthOf(text: string): number {
  return Array.from(text).length;
}

function visible(text: string): string {
  const trimmed = text.replaceAll(REMOVED, '').normalize('NFC').trim();
  return VISIBLE.test(trimmed) ? trimmed : '';
}
