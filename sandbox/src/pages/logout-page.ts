import { html, trusted } from './html.js';
import { layout } from './layout.js';

/** oidc-provider's `form` contains the CSRF token. */
export function logoutPage(form: string): string {
  return layout({
    title: 'Log out',
    kind: 'dialog',
    body: html`<h1>Log out?</h1>
      <p>This ends your session at the sandbox tenant.</p>
      ${trusted(form)}
      <p><button class="button" form="op.logoutForm" name="logout" value="yes" autofocus>Log out</button></p>`,
  });
}
