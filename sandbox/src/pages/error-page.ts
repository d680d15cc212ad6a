import type { StateRefusal } from '../redirect/continue-states.js';
import { html } from './html.js';
import { layout, recordedLink } from './layout.js';

export type ErrorFacts = readonly (readonly [name: string, ...values: string[]])[];

/** Shows an error that cannot be sent to the app. */
export function oidcErrorPage(error: string, description: string, facts: ErrorFacts = []): string {
  return layout({
    title: 'Error',
    kind: 'dialog',
    body: html`<h1>Oops, something went wrong</h1>
      <p>${description}</p>
      <dl class="facts">
        <dt>Error</dt>
        <dd><code>${error}</code></dd>
        ${facts.map(
          ([name, ...values]) =>
            html`<dt>${name}</dt>
              ${values.map((value) => html`<dd><code>${value}</code></dd>`)}`,
        )}
      </dl>
      ${recordedLink()}`,
  });
}

const REASONS: Readonly<Record<StateRefusal, string>> = {
  missing: 'The request has no state parameter. Send back the one that came with the redirect.',
  unknown: 'This tenant did not issue this state, or was restarted since. Send the state back unchanged.',
  expired: 'The state is older than an hour, the limit for a login.',
  no_cookie:
    'The request has no cookie of the tenant. Use a top-level navigation of the same browser to the same host: no fetch, no iframe.',
  other_browser: 'The state belongs to another browser.',
  used: 'The state was already used. Back, refresh or a double click sends it a second time.',
  superseded: 'The login continued with a later redirect, which has another state.',
};

/** Explains the refusal to the author of the Action. */
export function refusalReason(reason: StateRefusal): string {
  return REASONS[reason];
}

/** Adds the reason to Auth0's error page. */
export function invalidRequestPage(reason: StateRefusal, transactionId: string | undefined): string {
  const link = transactionId ? `/transactions/${transactionId}` : '/transactions';
  return layout({
    title: 'Invalid request',
    kind: 'dialog',
    body: html`<h1>Oops, something went wrong</h1>
      <p>
        You may have pressed the back button, refreshed during login, opened too many login dialogs, or there is some
        issue with cookies, since we couldn’t find your session. Try logging in again from the application and if the
        problem persists please contact the administrator.
      </p>
      <dl class="facts">
        <dt>Error</dt>
        <dd><code>invalid_request</code></dd>
      </dl>
      <section class="note" aria-labelledby="why">
        <h2 id="why">For the author of the Action</h2>
        <p>${refusalReason(reason)}</p>
        <p><a href="${link}">See what the sandbox recorded</a> · <a href="/">Start page</a></p>
      </section>`,
  });
}

/** Replaces a login page that is too old, or from the browser's history. */
export function loginOverPage(): string {
  return layout({
    title: 'Login over',
    kind: 'dialog',
    body: html`<h1>This login is over</h1>
      <p>It has been finished, has expired, or belongs to another browser. Go back to the app and log in again.</p>
      ${recordedLink()}`,
  });
}

/** @param home The name of the page at `/`. */
export function unknownAddressPage(path: string, home: string, brand?: string): string {
  return layout({
    title: 'Not found',
    kind: 'dialog',
    ...(brand === undefined ? {} : { brand }),
    body: html`<h1>Not found</h1>
      <p>There is no page at <code>${path}</code>.</p>
      <p><a class="button" href="/">${home}</a></p>`,
  });
}

export function notFoundPage(): string {
  return layout({
    title: 'Not found',
    kind: 'dialog',
    body: html`<h1>Not found</h1>
      <p>There is nothing here. Only the last 50 logins are kept, and only until the sandbox stops.</p>
      <p><a href="/transactions">All logins</a> · <a href="/">Start page</a></p>`,
  });
}
