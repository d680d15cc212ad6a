import { html, type Html } from '../pages/html.js';
import { layout } from '../pages/layout.js';
import type { Handoff } from './handoff.js';

/** Returns the page on which whoever logs in plays the vendor. */
export function decisionPage({ handle, returnTo }: Handoff): string {
  return page(
    'Identity check',
    html`<h1>Identity check</h1>
      <p class="lead"><strong>${returnTo.host}</strong> asks for your passport. Choose what this check finds.</p>
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

/** For a request that the vendor cannot make sense of. */
export function badRequestPage(problem: string): string {
  return page(
    'Bad request',
    html`<h1>This check cannot start</h1>
      <p>${problem}</p>
      <p class="hint">
        A service sends the browser here with two parameters: <code>handle</code>, which comes back in the result, and
        <code>return_to</code>, the address to which the browser goes back.
      </p>`,
  );
}

function page(title: string, body: Html): string {
  return layout({ title, kind: 'dialog', brand: 'Sandbox vendor', hasHome: false, body });
}
