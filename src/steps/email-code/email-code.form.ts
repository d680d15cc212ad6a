import { Transform } from 'class-transformer';
import { Allow, Matches, ValidateIf } from 'class-validator';
import { codeIn } from '../../codes/index.js';

/**
 * Holds the posted form of {@link EmailCodeStep}.
 *
 * @publicApi
 */
export class EmailCodeForm {
  /** Six ASCII digits, however the user typed or pasted them: with spaces, in any script, or in a sentence. */
  @Transform(({ value }: { value: unknown }) => codeIn(value))
  @ValidateIf(isCodeRequired)
  @Matches(/^\d{6}$/, { message: 'emailCode.malformed' })
  code!: string;

  /** The button that requests another mail. */
  @Allow()
  resend?: unknown;

  /** The button that opens the page for another address. */
  @Allow()
  change?: unknown;

  /** The address on that page. */
  @Allow()
  address?: unknown;
}

function isCodeRequired({ resend, change, address }: EmailCodeForm): boolean {
  return resend !== 'yes' && change !== 'yes' && address === undefined;
}
