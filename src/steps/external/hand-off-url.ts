import type { ExternalSettings } from './external-settings.js';

/** The vendor's address, to the letter, and two parameters more. */
export function handOffUrl(
  { url, handleParameter, returnToParameter }: ExternalSettings,
  handle: string,
  returnTo: string,
): string {
  const added = new URLSearchParams([
    [handleParameter, handle],
    [returnToParameter, returnTo],
  ]);
  return `${url}${jointOf(url)}${added.toString()}`;
}

function jointOf(url: string): string {
  if (!url.includes('?')) return '?';
  return /[?&]$/.test(url) ? '' : '&';
}
