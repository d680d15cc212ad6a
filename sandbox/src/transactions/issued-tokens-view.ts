import { html, type Html } from '../pages/html.js';
import type { JsonObject } from '../json.js';
import { spaceSeparated } from '../space-separated.js';
import type { TokenChanges } from './token-changes.js';
import type { IssuedTokens } from './transaction.js';
import { jsonBlock, more } from './value-view.js';

/** Marks additions with the Action's name. */
export function issuedTokensView({ scope, idToken, accessToken }: IssuedTokens, changes: TokenChanges): Html {
  return html`${scopesView(scope, changes)} ${idToken ? tokenView('id_token', idToken, changes.idToken) : ''}
  ${
    accessToken === undefined
      ? ''
      : accessToken === 'opaque'
        ? html`<h3>access_token</h3>
            <p class="hint">Opaque: the app requested no API. /userinfo returns its claims.</p>`
        : tokenView('access_token', accessToken, changes.accessToken)
  }`;
}

function tokenView(name: string, claims: JsonObject, added: ReadonlyMap<string, string>): Html {
  return html`<h3>${name}</h3>
    <dl class="facts">
      ${Object.entries(claims)
        .toSorted(([a], [b]) => Number(added.has(b)) - Number(added.has(a)))
        .map(([claim, value]) => claimView(claim, JSON.stringify(value), added.get(claim)))}
    </dl>
    ${more('As JSON', jsonBlock(`Claims of the ${name}`, claims))}`;
}

function claimView(claim: string, value: string, action: string | undefined): Html {
  const text = html`<code>${value}</code>`;
  return html`<dt>${claim}</dt>
    <dd>${action === undefined ? text : html`<mark>${text}</mark> <small>added by ${action}</small>`}</dd>`;
}

function scopesView(scope: string | undefined, { addedScopes, removedScopes }: TokenChanges): Html | string {
  const granted = spaceSeparated(scope);
  const removed = [...removedScopes].filter(([name]) => !granted.includes(name));
  if (granted.length + removed.length === 0) return '';
  return html`<h3>scope</h3>
    <ul class="scopes">
      ${granted.map((name) => {
        const action = addedScopes.get(name);
        const text = html`<code>${name}</code>`;
        return html`<li>
          ${action === undefined ? text : html`<mark>${text}</mark> <small>added by ${action}</small>`}
        </li>`;
      })}
      ${removed.map(
        ([name, action]) =>
          html`<li>
            <del><code>${name}</code></del> <small>removed by ${action}</small>
          </li>`,
      )}
    </ul>`;
}
