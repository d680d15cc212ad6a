import { IsOptional, IsString, MinLength } from 'class-validator';
import { IsLink } from '../../auth-redirect/options/validators.js';

/** Injection token of the validated {@link TermsOptions}. */
export const TERMS_OPTIONS = Symbol.for('nestjs-auth-redirect:terms-options');

const TEXT_RULE = { message: 'is not a text' };

/**
 * Which document has to be accepted.
 *
 * @publicApi
 */
export class TermsOptions {
  /** What the document is called on the page, like `Terms of Service`. */
  @IsString(TEXT_RULE)
  @MinLength(1, { message: 'is empty' })
  title!: string;

  /** Comes back to the Action, which asks again where it is not the one that the user accepted last. */
  @IsString(TEXT_RULE)
  @MinLength(1, { message: 'is empty' })
  version!: string;

  /** The document itself, as plain text; line breaks stay. Default: none, then `url` leads to it. */
  @IsOptional()
  @IsString(TEXT_RULE)
  text?: string;

  /** Where the document can be read. https, except on localhost. Default: none, then `text` is all of it. */
  @IsOptional()
  @IsLink()
  url?: string;
}
