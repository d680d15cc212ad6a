import type { BrandingOptions } from '../options/branding.options.js';
import { DARK_CARD, lightenedFor, readableOn, type Color } from '../validation/contrast.js';

export interface Brand {
  readonly name: string | null;
  readonly logo: string | null;
  readonly color: Color | null;
  readonly privacyUrl: string | null;
  readonly supportUrl: string | null;
  readonly css: string;
  /** Source for the CSP; undefined without a logo. */
  readonly imageSource: string | undefined;
}

export function brandOf({ name, logo, color, darkColor, privacyUrl, supportUrl }: BrandingOptions = {}): Brand {
  return {
    name: name ?? null,
    logo: logo ?? null,
    color: color ?? null,
    privacyUrl: privacyUrl ?? null,
    supportUrl: supportUrl ?? null,
    css: color === undefined && darkColor === undefined ? '' : cssOf(color, darkColor),
    imageSource: imageSourceOf(logo),
  };
}

function cssOf(color: Color | undefined, darkColor: Color | undefined): string {
  const dark = darkColor ?? (color === undefined ? undefined : lightenedFor(DARK_CARD, color));
  return `${ruleOf(color)}@media (prefers-color-scheme:dark){${ruleOf(dark)}}`;
}

function ruleOf(color: Color | undefined): string {
  return color === undefined ? '' : `:root{--accent:${color};--on-accent:${readableOn(color)}}`;
}

/** Omits the query: CSP compares host and path, and a source must not contain `;` or `,`. */
function imageSourceOf(logo: string | undefined): string | undefined {
  if (logo === undefined) return undefined;
  if (logo.startsWith('data:')) return 'data:';
  const { origin, pathname } = new URL(logo);
  return `${origin}${pathname.replaceAll(';', '%3B').replaceAll(',', '%2C')}`;
}
