/** Controls, line breaks, halves of characters, and characters that change the direction of the text around (UAX #9, section 2). */
const UNWANTED = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069\uFFFD]/u;
/** Anything but spaces and invisible characters. */
const VISIBLE = /[^\p{Z}\p{Cf}]/u;

/** Returns whether a text has one line and no unwanted characters. */
export function isPlainLine(text: string): boolean {
  return !UNWANTED.test(text);
}

/** Returns a text composed, so that equal texts have equal characters (UAX #15), and without white space around it. */
export function cleaned(text: string): string {
  const trimmed = text.normalize('NFC').trim();
  return VISIBLE.test(trimmed) ? trimmed : '';
}

/** Returns the length in Unicode code points, the unit of `minLength` and `maxLength`. */
export function lengthOf(text: string): number {
  return Array.from(text).length;
}
