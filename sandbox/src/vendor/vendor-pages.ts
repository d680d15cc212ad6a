import { html, type Html } from '../pages/html.js';
import { layout } from '../pages/layout.js';
import type { Handoff } from './handoff.js';

/** The user selects the vendor's result. */
export function decisionPage({ handle, returnTo }: Handoff): string {
  return page(
    'Identity check',
    html`<h1>Identity check</h1>
      <p class="lead"><strong>${returnTo.host}</strong> requests your passport. Select the result of this check.</p>
      <form class="stack" method="post" action="/">
        <input type="hidden" name="handle" value="${handle}" />
        <input type="hidden" name="return_to" value="${returnTo.href}" />
        <p class="actions">
          <button class="button" name="decision" value="approve">Approve</button>
          <button class="button secondary" name="decision" value="decline">Decline</button>
          <button class="button secondary" name="decision" value="leave">Leave without finishing</button>
        </p>
      </form>
      <details>
        <summary>What the service sent</summary>
        <dl class="facts">
          <dt>handle</dt>
          <dd><code>${handle}</code></dd>
          <dt>return_to</dt>
          <dd><code>${returnTo.href}</code></dd>
        </dl>
      </details>`,
  );
}

export function badRequestPage(problem: string): string {
  return page(
    'Bad request',
    html`<h1>This check cannot start</h1>
      <p>${problem}</p>
      <p class="hint">
        A service sends the browser here with two parameters: <code>handle</code>, which the result contains, and
        <code>return_to</code>, the address to which the browser returns.
      </p>`,
  );
}

function page(title: string, body: Html): string {
  return layout({ title, kind: 'dialog', brand: 'Sandbox vendor', hasHome: false, body });
}
