import { textOf } from '../json.js';
import { html, type Html } from '../pages/html.js';
import { layout } from '../pages/layout.js';
import { loginForm } from './login-form.js';

const BRAND = 'Sample app';

export interface AppLinks {
  readonly transactions: string;
}

export function welcomePage(links: AppLinks): string {
  return page(
    'Welcome',
    html`<h1>Welcome</h1>
      <p class="lead">You are not logged in. Each login runs the Actions of the tenant.</p>
      <p class="actions">
        <a class="button" href="/login">Log in</a>
        <a class="button secondary" href="/login?popup=1" data-popup>Log in in a popup</a>
      </p>
      ${loginForm()} ${looking(links)}`,
  );
}

export interface AppTokens {
  readonly idTokenClaims: Readonly<Record<string, unknown>>;
  /** Absent for an opaque access token. */
  readonly accessTokenClaims?: Readonly<Record<string, unknown>>;
  readonly hasRefreshToken: boolean;
}

export function profilePage(tokens: AppTokens, links: AppLinks): string {
  const { idTokenClaims: claims, accessTokenClaims, hasRefreshToken } = tokens;
  const name = claims['name'] ?? claims['sub'];
  return page(
    'Logged in',
    html`<h1>Hello, ${String(name)}</h1>
      <p class="lead">You are logged in. The id token contains:</p>
      ${claimsBlock('Claims of the id token', claims)} ${accessToken(accessTokenClaims)}
      ${
        hasRefreshToken
          ? html`<form method="post" action="/refresh">
              <button class="button secondary">Refresh the tokens</button>
            </form>`
          : html`<p class="hint">There is no refresh token. The scope <code>offline_access</code> requests one.</p>`
      }
      <p class="actions">
        <a class="button" href="${links.transactions}">See what the Actions did</a>
        <a class="button secondary" href="/login">Log in again</a>
        <a class="button secondary" href="/login?prompt=none">Log in silently</a>
        <a class="button secondary" href="/logout">Log out</a>
      </p>
      ${loginForm()}`,
  );
}

function accessToken(claims: AppTokens['accessTokenClaims']): Html {
  if (!claims) return html`<p class="hint">The access token is opaque. With an audience it is a JWT.</p>`;
  return html`<h2>Access token</h2>
    <dl class="facts">
      <dt>Scope</dt>
      <dd><code>${textOf(claims['scope']) || 'none'}</code></dd>
    </dl>
    ${claimsBlock('Claims of the access token', claims)}`;
}

function claimsBlock(label: string, claims: Readonly<Record<string, unknown>>): Html {
  return html`<pre
    tabindex="0"
    role="group"
    aria-label="${label}"
  ><code>${JSON.stringify(claims, null, 2)}</code></pre>`;
}

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

export function popupDonePage(): string {
  return page(
    'Logged in',
    html`<h1>Logged in</h1>
      <p>You can close this window.</p>
      <p><a href="/">Continue here instead</a></p>`,
  );
}

function page(title: string, body: Html): string {
  return layout({ title, kind: 'dialog', brand: BRAND, script: '/assets/popup.js', body });
}

function looking({ transactions }: AppLinks): Html {
  return html`<p class="hint"><a href="${transactions}">See what the Actions did</a></p>`;
}
