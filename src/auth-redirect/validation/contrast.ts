/** A color as `#rrggbb`. */
export type Color = string;

/** Colors of the card, in light and dark mode, as in `views/style.css`. */
export const CARD: Color = '#ffffff';
export const DARK_CARD: Color = '#1a1d24';

/** WCAG 2.2, success criterion 1.4.3, for text. */
export const CONTRAST_MIN = 4.5;

/** Returns 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrastOf(one: Color, other: Color): number {
  const [dark = 0, light = 0] = [luminanceOf(one), luminanceOf(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** Mixes with white, in steps of 5 %. */
export function lightenedFor(background: Color, color: Color): Color {
  const shares = Array.from({ length: 21 }, (_share, index) => index / 20);
  const mixtures = shares.map((share) => mixedWithWhite(color, share));
  return mixtures.find((mixture) => contrastOf(mixture, background) >= CONTRAST_MIN) ?? '#ffffff';
}

export function readableOn(color: Color): Color {
  return contrastOf(color, '#ffffff') >= contrastOf(color, '#000000') ? '#ffffff' : '#000000';
}

/** WCAG 2.2, "relative luminance". */
function luminanceOf(color: Color): number {
  const [red = 0, green = 0, blue = 0] = channelsOf(color)
    .map((channel) => channel / 255)
    .map((share) => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function mixedWithWhite(color: Color, share: number): Color {
  const channels = channelsOf(color).map((channel) => Math.round(channel + (255 - channel) * share));
  return `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

function channelsOf(color: Color): readonly number[] {
  return [1, 3, 5].map((start) => Number.parseInt(color.slice(start, start + 2), 16));
}
