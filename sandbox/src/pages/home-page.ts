import { html } from './html.js';
import { layout, tenantNavigation } from './layout.js';

export interface HomeFacts {
  readonly issuer: string;
  readonly actions: readonly {
    readonly trigger: string;
    readonly name: string;
    readonly file: string;
    readonly secretNames: readonly string[];
  }[];
  readonly clients: readonly {
    readonly clientId: string;
    readonly name: string;
    readonly callbacks: readonly string[];
  }[];
  readonly appUrl?: string;
}

export function homePage(facts: HomeFacts): string {
  return layout({
    title: 'Tenant',
    kind: 'report',
    navigation: tenantNavigation,
    body: html`<h1>A local stand-in for an Auth0 tenant</h1>
      <p class="lead">
        It runs your Actions unchanged and shows, step by step, what they did. Each login reads the files again: after
        you edit an Action, log in again.
      </p>
      <p class="actions">
        ${facts.appUrl ? html`<a class="button" href="${facts.appUrl}">Open the sample app</a>` : ''}
        <a class="button secondary" href="/transactions">See the logins</a>
        ${
          facts.actions.some(({ trigger }) => trigger === 'send-phone-message')
            ? html`<a class="button secondary" href="/phone-message">Send a phone message</a>`
            : ''
        }
      </p>
      <section aria-labelledby="actions">
        <h2 id="actions">Actions, in this order</h2>
        <ol class="files">
          ${facts.actions.map(
            ({ trigger, name, file, secretNames }) =>
              html`<li>
                <strong>${name}</strong> (${trigger})<br /><code>${file}</code>
                <p class="hint">${secretsLine(secretNames)}</p>
              </li>`,
          )}
        </ol>
      </section>
      <section aria-labelledby="apps">
        <h2 id="apps">For your own app</h2>
        <dl class="facts">
          <dt>Issuer</dt>
          <dd><code>${facts.issuer}</code></dd>
          ${facts.clients.map(
            ({ clientId, name, callbacks }) =>
              html`<dt>${name}</dt>
                <dd><code>${clientId}</code>${callbacks.map((callback) => html`<br /><code>${callback}</code>`)}</dd>`,
          )}
        </dl>
      </section>`,
  });
}

function secretsLine(names: readonly string[]): string {
  return names.length === 0 ? 'event.secrets is empty.' : `event.secrets has ${names.join(', ')}.`;
}
