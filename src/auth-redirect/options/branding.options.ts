import { IsOptional, IsString, Length } from 'class-validator';
import { IsAccentColor, IsDarkAccentColor, IsLink, IsLogo, IsSupportLink } from '../validation/validators.js';

/**
 * What makes the pages look like the company's own. All of it optional; without any of it they are neutral.
 *
 * @publicApi
 */
export class BrandingOptions {
  /** Name on top of every page, and the alternative text of the logo. Default: none. */
  @IsOptional()
  @IsString({ message: 'is not a text' })
  @Length(1, 60, { message: 'is not a text of 1 to 60 characters' })
  name?: string;

  /**
   * The logo: an https address, which becomes the only image that the Content-Security-Policy lets in, or a `data:` URL of
   * image/svg+xml, png, jpeg or webp in base64, up to 32 KB. Shown at most 48 px high. Default: none.
   */
  @IsOptional()
  @IsLogo()
  logo?: string;

  /** Colour of buttons and links, as `#rrggbb`. Its contrast to white has to be 4.5 or more (WCAG 2.2, 1.4.3). */
  @IsOptional()
  @IsAccentColor()
  color?: string;

  /**
   * The same in dark mode, with 4.5 to `#1a1d24`. Default: `color`, lightened as far as that takes.
   */
  @IsOptional()
  @IsDarkAccentColor()
  darkColor?: string;

  /** Where the privacy notice can be read; a link at the bottom of every page. Default: none. */
  @IsOptional()
  @IsLink()
  privacyUrl?: string;

  /** Where the person finds help: an https or a `mailto:` address; a link at the bottom of every page. Default: none. */
  @IsOptional()
  @IsSupportLink()
  supportUrl?: string;
}
