import { IsOptional, IsString, MinLength } from 'class-validator';
import { type LocalizedText } from '../../auth-redirect/locales/localized-text.js';
import { IsLocalizedText } from '../../auth-redirect/validation/validators.js';
import { findLinkProblem } from '../../auth-redirect/validation/problems.js';

/** Injection token of the validated {@link TermsOptions}. */
export const TERMS_OPTIONS = Symbol.for('nestjs-auth-redirect:terms-options');

/**
 * Which document has to be accepted. Each text is the same for everybody, or given by language.
 *
 * @publicApi
 */
export class TermsOptions {
  /** What the document is called on the page, like `Terms of Service`. */
  @IsLocalizedText()
  title!: LocalizedText;

  /** Comes back to the Action, which asks again where it is not the one that the user accepted last. */
  @IsString({ message: 'is not a text' })
  @MinLength(1, { message: 'is empty' })
  version!: string;

  /** The document itself, as plain text; line breaks stay. Default: none, then `url` leads to it. */
  @IsOptional()
  @IsLocalizedText()
  text?: LocalizedText;

  /** Where the document can be read. https, except on localhost. Default: none, then `text` is all of it. */
  @IsOptional()
  @IsLocalizedText(findLinkProblem)
  url?: LocalizedText;
}
