/** Headers of every answer, pages and refusals alike. */
const ALWAYS = {
  'Cache-Control': 'no-store',
  'Cross-Origin-Resource-Policy': 'same-origin',
  // The address holds the session token.
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=31536000',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'X-Robots-Tag': 'noindex',
} as const;

/**
 * Headers that a host application may set for all of its routes and that do harm here: `Cross-Origin-Opener-Policy: same-origin`
 * cuts a popup login off from the page that opened it, `Cross-Origin-Embedder-Policy: require-corp` blocks a logo from another
 * host, the rest let other sites read the pages, or tell what answers.
 */
export const HARMFUL_HEADERS: ReadonlySet<string> = new Set([
  'cross-origin-opener-policy',
  'cross-origin-embedder-policy',
  'access-control-allow-origin',
  'access-control-allow-credentials',
  'x-powered-by',
]);

/**
 * For a page whose style, and whose script where it has one, carries the nonce. Without `form-action`: Chromium applies it
 * to every redirect that follows the POST, and the app's callback is one.
 *
 * @param imageSource The only source of pictures; undefined where the pages show none.
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

/**
 * For the page of a step. Its address holds no token, and it names its origin to itself, so that a form can be told from one
 * that another site posts.
 */
export function stepPageHeaders(nonce: string, imageSource: string | undefined): Readonly<Record<string, string>> {
  return { ...pageHeaders(nonce, imageSource), 'Referrer-Policy': 'same-origin' };
}

/** For an answer that is not a page. */
export function dataHeaders(contentType: string): Readonly<Record<string, string>> {
  return {
    ...ALWAYS,
    'Content-Security-Policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    'Content-Type': contentType,
  };
}
