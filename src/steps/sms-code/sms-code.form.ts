import { Transform } from 'class-transformer';
import { Allow } from 'class-validator';
import { codeIn } from '../../codes/index.js';

/**
 * Holds the posted form of {@link SmsCodeStep}.
 *
 * @publicApi
 */
export class SmsCodeForm {
  /** Six ASCII digits, however the user typed or pasted them: with spaces, in any script, or in a sentence. Empty without a code. */
  @Transform(({ value }: { value: unknown }) => codeIn(value))
  @Allow()
  code?: string;

  /** The button that requests another message. */
  @Allow()
  resend?: unknown;

  /** The button that opens the page for another number. */
  @Allow()
  change?: unknown;

  /** The phone number from the page for another number. */
  @Allow()
  phone?: unknown;
}
