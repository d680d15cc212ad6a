import { IsOptional, Length } from 'class-validator';
import * as rules from '../validation/problems.js';
import { IfSet } from '../validation/validators.js';

/**
 * Configures logo, colors and links of the pages. All are optional.
 *
 * @publicApi
 */
export class BrandingOptions {
  /** Name at the top of every page, and alternative text of the logo. Default: none. */
  @IsOptional()
  @Length(1, 60, { message: 'is not a text of 1 to 60 characters' })
  name?: string;

  /**
   * The logo, up to 48 px high: an https URL, or a base64 `data:` URL of image/svg+xml, png, jpeg or webp, up to 32 KB. Default: none.
   */
  @IfSet(rules.findLogoProblem)
  logo?: string;

  /** Color of buttons and links, as `#rrggbb`, with a contrast to white of 4.5 or more (WCAG 2.2, 1.4.3). Default: blue. */
  @IfSet(rules.findAccentColorProblem)
  color?: string;

  /** Color in dark mode, with a contrast to `#1a1d24` of 4.5 or more. Default: `color`, lightened until its contrast suffices. */
  @IfSet(rules.findDarkAccentColorProblem)
  darkColor?: string;

  /** URL of the privacy notice, at the bottom of every page. Default: none. */
  @IfSet(rules.findLinkProblem)
  privacyUrl?: string;

  /** URL of the support page, https or `mailto:`, at the bottom of every page. Default: none. */
  @IfSet(rules.findSupportLinkProblem)
  supportUrl?: string;
}
