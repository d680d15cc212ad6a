/** Returns the fields that the continue page would post, read from its HTML. */
export interface ContinueForm {
  readonly action: string;
  readonly state: string;
  readonly sessionToken: string;
}

export function continueFormOf(html: string): ContinueForm {
  return {
    action: attribute(/<form[^>]* action="([^"]*)"/, html),
    state: attribute(/name="state" value="([^"]*)"/, html),
    sessionToken: attribute(/name="session_token" value="([^"]*)"/, html),
  };
}

function attribute(pattern: RegExp, html: string): string {
  const encoded = pattern.exec(html)?.[1];
  if (encoded === undefined) throw new Error(`the page has no ${pattern.source}`);
  return encoded
    .replaceAll(/&#x([0-9A-F]+);/gi, (_match, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
