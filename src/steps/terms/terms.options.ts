import type { LocalizedText } from '../../auth-redirect/locales/localized-text.js';
import { findLinkProblem, findTextProblem, findStepIdProblem } from '../../auth-redirect/validation/problems.js';
import { IfSet, IsLocalizedText, localizedText, validateWith } from '../../auth-redirect/validation/validators.js';

/**
 * Identifies the {@link TermsOptions} for injection.
 *
 * @publicApi
 */
export const TERMS_OPTIONS = Symbol.for('nestjs-auth-redirect:terms-options');

/**
 * Configures {@link TermsStep}: the document that the user has to accept. Each text is the same for everybody, or set by
 * language.
 *
 * @publicApi
 */
export class TermsOptions {
  /** Id of the step, to use the class several times: a-z, 0-9 and -, up to 40 characters. Default: `terms`. */
  @IfSet(findStepIdProblem)
  id?: string;

  /** Name of the document on the page, like `Terms of Service`. */
  @IsLocalizedText()
  title!: LocalizedText;

  /** Version of the document. The Action receives it, and can request the step again if it is not the accepted version. */
  @validateWith('isText', findTextProblem)
  version!: string;

  /** The document, as plain text with line breaks. Default: none; `url` links to it. */
  @IfSet(localizedText())
  text?: LocalizedText;

  /** Address of the document: https, except on localhost. Default: none; `text` is the whole document. */
  @IfSet(localizedText(findLinkProblem))
  url?: LocalizedText;
}
