import { html, type Html } from '../pages/html.js';
import { layout } from '../pages/layout.js';

const BRAND = 'Sample app';

/** Where to look up what happened during a login. */
export interface AppLinks {
  readonly transactions: string;
}

/** Before the login. */
export function welcomePage(links: AppLinks): string {
  return page(
    'Welcome',
    html`<h1>Welcome</h1>
      <p class="lead">This app knows nobody yet. Log in, and the Actions of the tenant run on the way.</p>
      <p class="actions">
        <a class="button" href="/login">Log in</a>
        <a class="button secondary" href="/login?popup=1" data-popup>Log in in a popup</a>
      </p>
      ${looking(links)}`,
  );
}

/** After the login: what the app knows of the user. */
export function profilePage(claims: Readonly<Record<string, unknown>>, links: AppLinks): string {
  const name = claims['name'] ?? claims['sub'];
  return page(
    'Logged in',
    html`<h1>Hello, ${String(name)}</h1>
      <p class="lead">You are logged in. This is what the id token says:</p>
      <pre
        tabindex="0"
        role="group"
        aria-label="Claims of the id token"
      ><code>${JSON.stringify(claims, null, 2)}</code></pre>
      <p class="actions">
        <a class="button" href="/logout">Log out</a>
        <a class="button secondary" href="/login">Log in again</a>
      </p>
      ${looking(links)}`,
  );
}

/** What the app shows when the tenant answers with an error. */
export function deniedPage(error: string, description: string, links: AppLinks): string {
  const title = error === 'access_denied' ? 'Access denied' : 'The login did not work';
  return page(
    title,
    html`<h1>${title}</h1>
      <p class="lead">${description}</p>
      <dl class="facts">
        <dt>Error</dt>
        <dd><code>${error}</code></dd>
      </dl>
      <p class="actions">
        <a class="button" href="/login">Try again</a>
        <a class="button secondary" href="/logout">Log out and use another account</a>
      </p>
      ${looking(links)}`,
  );
}

/** Shown in the popup for the moment until its script has closed it. */
export function popupDonePage(): string {
  return page(
    'Logged in',
    html`<h1>Logged in</h1>
      <p>This window can be closed.</p>
      <p><a href="/">Go on here instead</a></p>`,
  );
}

function page(title: string, body: Html): string {
  return layout({ title, kind: 'dialog', brand: BRAND, script: '/assets/popup.js', body });
}

function looking({ transactions }: AppLinks): Html {
  return html`<p class="hint"><a href="${transactions}">See what the Actions did</a></p>`;
}
