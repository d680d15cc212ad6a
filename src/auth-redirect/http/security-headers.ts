const ALWAYS = {
  'Cache-Control': 'no-store',
  'Cross-Origin-Resource-Policy': 'same-origin',
  // The URL contains the session token.
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=31536000',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'X-Robots-Tag': 'noindex',
} as const;

/**
 * Headers of the host application to remove. `Cross-Origin-Opener-Policy: same-origin` cuts a popup login off from its opener.
 * `Cross-Origin-Embedder-Policy: require-corp` blocks a logo from another host. The other headers let other sites read the pages, or reveal
 * the framework.
 */
export const HARMFUL_HEADERS: ReadonlySet<string> = new Set([
  'cross-origin-opener-policy',
  'cross-origin-embedder-policy',
  'access-control-allow-origin',
  'access-control-allow-credentials',
  'x-powered-by',
]);

/**
 * Omits `form-action`: Chromium applies it to every redirect after the POST, even to the application's callback.
 *
 * @param imageSource Default: no images.
 */
export function pageHeaders(nonce: string, imageSource: string | undefined): Readonly<Record<string, string>> {
  return {
    ...ALWAYS,
    'Content-Security-Policy':
      `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; ` +
      (imageSource === undefined ? '' : `img-src ${imageSource}; `) +
      "base-uri 'none'; frame-ancestors 'none'",
    'Content-Type': 'text/html; charset=utf-8',
  };
}

/** The URL of a step's page contains no token. With `no-referrer`, its form would send `Origin: null`. */
export function stepPageHeaders(nonce: string, imageSource: string | undefined): Readonly<Record<string, string>> {
  return { ...pageHeaders(nonce, imageSource), 'Referrer-Policy': 'same-origin' };
}

export function dataHeaders(contentType: string): Readonly<Record<string, string>> {
  return {
    ...ALWAYS,
    'Content-Security-Policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    'Content-Type': contentType,
  };
}
