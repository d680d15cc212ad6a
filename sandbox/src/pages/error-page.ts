import type { StateRefusal } from '../redirect/continue-states.js';
import { html } from './html.js';
import { layout, recordedLink } from './layout.js';

/** Rows of a page: a name, then its values. */
export type ErrorFacts = readonly (readonly [name: string, ...values: string[]])[];

/** Returns the page for an error of the protocol that cannot be told to the app. */
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
  unknown: 'This tenant never gave out this state, or was restarted since. Send it back exactly as it came.',
  expired: 'The state is older than an hour, which is as long as a login may take.',
  no_cookie:
    'The request came without the tenant’s cookie. It has to be a top-level navigation of the same browser to the same host: no fetch, no iframe.',
  other_browser: 'The state was given to another browser than the one that brings it back.',
  used: 'The state was used before. Back, refresh or a double click sends it a second time.',
  superseded: 'The login went on with a later redirect, which has a state of its own.',
};

/** What to tell an Action's author about a refused `/continue`. */
export function refusalReason(reason: StateRefusal): string {
  return REASONS[reason];
}

/** Auth0's dead end for a state it does not take, and, since this is a sandbox, the reason. */
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
        <p><a href="${link}">See what the sandbox has recorded</a> · <a href="/">Start page</a></p>
      </section>`,
  });
}

/** Returns the page for a login page that was left open for too long, or came out of the browser's history. */
export function loginOverPage(): string {
  return layout({
    title: 'Login over',
    kind: 'dialog',
    body: html`<h1>This login is over</h1>
      <p>It has been finished, has expired, or belongs to another browser. Go back to the app and log in again.</p>
      ${recordedLink()}`,
  });
}

/**
 * Returns the page for an address that leads nowhere.
 *
 * @param home What the page at `/` is called.
 */
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

/** Returns the page for a record that does not exist. */
export function notFoundPage(): string {
  return layout({
    title: 'Not found',
    kind: 'dialog',
    body: html`<h1>Not found</h1>
      <p>There is nothing here. Only the last 50 logins are kept, and only until the sandbox stops.</p>
      <p><a href="/transactions">All logins</a> · <a href="/">Start page</a></p>`,
  });
}
