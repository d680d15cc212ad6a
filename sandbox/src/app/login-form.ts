import { html, type Html } from '../pages/html.js';

/** `offline_access` requests a refresh token. */
export const DEFAULT_SCOPE = 'openid profile email offline_access';

const PROMPTS = ['', 'none', 'login', 'consent', 'select_account'];

interface Field {
  readonly name: string;
  readonly label: string;
  readonly example?: string;
  readonly value?: string;
}

const FIELDS: readonly Field[] = [
  { name: 'scope', label: 'Scope', value: DEFAULT_SCOPE },
  { name: 'audience', label: 'Audience', example: 'https://api.example.com' },
  { name: 'organization', label: 'Organization', example: 'org_… or a name' },
  { name: 'connection', label: 'Connection', example: 'google-oauth2' },
  { name: 'login_hint', label: 'Login hint', example: 'ada@example.com' },
  { name: 'ui_locales', label: 'UI locales', example: 'fr-CA fr' },
  { name: 'screen_hint', label: 'Screen hint', example: 'signup' },
];

/** Returns a form that works without scripts. */
export function loginForm(): Html {
  return html`<details class="parameters">
    <summary>Log in with parameters</summary>
    <form class="stack" action="/login" method="get">
      ${FIELDS.map(fieldOf)}
      <div class="field">
        <label for="prompt">Prompt</label>
        <select id="prompt" name="prompt">
          ${PROMPTS.map((prompt) => html`<option value="${prompt}">${prompt || '(not sent)'}</option>`)}
        </select>
      </div>
      <div class="field">
        <label for="parameters">More parameters</label>
        <textarea
          id="parameters"
          name="parameters"
          rows="3"
          spellcheck="false"
          aria-describedby="parameters-hint"
        ></textarea>
        <small id="parameters-hint">One <code>name=value</code> per line.</small>
      </div>
      <p class="actions">
        <button class="button">Log in with these</button>
        <button class="button secondary" name="silent" value="1">Log in silently (prompt=none)</button>
      </p>
    </form>
  </details>`;
}

function fieldOf({ name, label, example = '', value = '' }: Field): Html {
  return html`<div class="field">
    <label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      value="${value}"
      placeholder="${example}"
      autocomplete="off"
      autocapitalize="none"
      spellcheck="false"
    />
  </div>`;
}
