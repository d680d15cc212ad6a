import { Transform } from 'class-transformer';
import { Allow } from 'class-validator';
import { codeIn } from '../../codes/index.js';

/**
 * Holds the posted form of {@link EmailCodeStep}.
 *
 * @publicApi
 */
export class EmailCodeForm {
  /** Six ASCII digits, however the user typed or pasted them: with spaces, in any script, or in a sentence. Empty without a code. */
  @Transform(({ value }: { value: unknown }) => codeIn(value))
  @Allow()
  code?: string;

  /** The button that requests another mail. */
  @Allow()
  resend?: unknown;

  /** The button that opens the page for another address. */
  @Allow()
  change?: unknown;

  /** The address that the user entered. */
  @Allow()
  address?: unknown;
}
