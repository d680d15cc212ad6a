import { html, type Html } from './html.js';

export interface Page {
  readonly title: string;
  /** The problem with a submitted form. The title then begins with "Error", for screen readers. */
  readonly problem?: string | undefined;
  /** `dialog` is a narrow card, `report` a wide page with navigation. */
  readonly kind: 'dialog' | 'report';
  readonly body: Html;
  /** Path of a script. */
  readonly script?: string;
  /** The header's link to `/`. */
  readonly brand?: string;
  /** Whether the server has a page at `/`. Default true. */
  readonly hasHome?: boolean;
  readonly navigation?: Html;
}

export function layout(page: Page): string {
  const { title, problem, kind, body, script, brand = 'Auth0 Actions sandbox', hasHome = true, navigation } = page;
  const name = html`<span class="brand-mark" aria-hidden="true"></span>${brand}`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${problem ? 'Error: ' : ''}${title} · ${brand}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/assets/sandbox.css" />
        ${script ? html`<script src="${script}" defer></script>` : ''}
      </head>
      <body class="${kind}">
        <header class="top">
          ${hasHome ? html`<a class="brand" href="/">${name}</a>` : html`<span class="brand">${name}</span>`}
          ${navigation ? html`<nav aria-label="Main">${navigation}</nav>` : ''}
        </header>
        <main id="main">${body}</main>
      </body>
    </html>`.toString();
}

export const tenantNavigation = html`<a href="/transactions">Logins</a>`;

/** Links to one record, or to the list of all records. */
export function recordedLink(recordId?: string): Html {
  const path = recordId === undefined ? '/transactions' : `/transactions/${recordId}`;
  return html`<p><a href="${path}">See what the sandbox recorded</a> · <a href="/">Start page</a></p>`;
}
