import { Transform } from 'class-transformer';
import { Allow, Matches, ValidateIf } from 'class-validator';

/** The form of {@link EmailCodeStep}. */
export class EmailCodeForm {
  /** Six ASCII digits, however they were typed or pasted. */
  @Transform(({ value }: { value: unknown }) => digitsOf(value))
  @ValidateIf(({ resend }: EmailCodeForm) => resend !== 'yes')
  @Matches(/^\d{6}$/, { message: 'emailCode.malformed' })
  code!: string;

  /** The button that asks for another mail. */
  @Allow()
  resend?: unknown;
}

const FULL_WIDTH_OR_STYLED = 'NFKC';
const ARABIC_DIGITS = /[\u0660-\u0669\u06F0-\u06F9]/g;

/** Whatever stands between the digits in a mail, and the invisible marks that come along when it is copied. */
const SEPARATORS = /[\s\p{Dash_Punctuation}\p{Format}]/gu;

function digitsOf(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return value
    .normalize(FULL_WIDTH_OR_STYLED)
    .replaceAll(ARABIC_DIGITS, (digit) => String(digit.charCodeAt(0) & 0xf))
    .replaceAll(SEPARATORS, '');
}
