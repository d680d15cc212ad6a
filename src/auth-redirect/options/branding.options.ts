import { IsOptional, Length } from 'class-validator';
import * as rules from '../validation/problems.js';
import { IfSet } from '../validation/validators.js';

/**
 * Configures logo, colors and links of the pages. Every option is optional. Without any, the pages are neutral.
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

  /** Color of buttons and links, as `#rrggbb`. Its contrast to white must be 4.5 or more (WCAG 2.2, 1.4.3). Default: blue. */
  @IfSet(rules.findAccentColorProblem)
  color?: string;

  /** The color in dark mode, with a contrast of 4.5 or more to `#1a1d24`. Default: `color`, lightened until its contrast suffices. */
  @IfSet(rules.findDarkAccentColorProblem)
  darkColor?: string;

  /** URL of the privacy notice, linked at the bottom of every page. Default: none. */
  @IfSet(rules.findLinkProblem)
  privacyUrl?: string;

  /** URL of the support page, https or `mailto:`, linked at the bottom of every page. Default: none. */
  @IfSet(rules.findSupportLinkProblem)
  supportUrl?: string;
}
