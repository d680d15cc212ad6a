/** Controls, line breaks, halves of characters, and what turns the direction of the text around it (UAX #9, section 2). */
const UNWANTED = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069\uFFFD]/u;
/** Something other than spaces and invisible signs. */
const VISIBLE = /[^\p{Z}\p{Cf}]/u;

/** What is wrong with a text of one line. */
export function findCharactersProblem(text: string): string | undefined {
  return UNWANTED.test(text) ? 'has control characters or line breaks in it' : undefined;
}

/** A text as it is kept: composed, so that equal texts are equal (UAX #15), and without white space around it. */
export function cleaned(text: string): string {
  const trimmed = text.normalize('NFC').trim();
  return VISIBLE.test(trimmed) ? trimmed : '';
}

/** Unicode code points, which is what a length of the configuration counts. */
export function lengthOf(text: string): number {
  return Array.from(text).length;
}

/** Digits as keyboards for Arabic, Persian and Japanese give them, as ASCII. */
export function westernDigits(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/[\u0660-\u0669\u06F0-\u06F9]/gu, (digit) => String((digit.codePointAt(0) ?? 0) & 0xf));
}
