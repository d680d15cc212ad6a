const DIGIT = /\p{Nd}/u;

/** Returns digits of any script as ASCII, and full-width characters as usual ones. Keeps `²`: `5²` is not 52. */
export function asciiDigits(text: string): string {
  const usual = text.replaceAll(/\P{No}+/gu, (characters) => characters.normalize('NFKC'));
  return usual.replaceAll(/[^\P{Nd}0-9]/gu, (digit) => String(valueOf(digit.codePointAt(0) ?? 0)));
}

/** A script's digits have consecutive code points, and two scripts can be adjacent (Unicode, section 4.6). */
function valueOf(codePoint: number): number {
  let before = 0;
  while (DIGIT.test(String.fromCodePoint(codePoint - before - 1))) before += 1;
  return before % 10;
}
