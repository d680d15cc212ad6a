import { html, type Html } from './html.js';

export function emailField(email: string, problem: string | undefined, hasFocus = true): Html {
  return html`<div class="field">
    <label for="email">Email address</label>
    <input
      id="email"
      name="email"
      type="email"
      autocomplete="username"
      required
      ${hasFocus ? html`autofocus` : ''}
      value="${email}"
      ${problem ? html`aria-invalid="true" aria-describedby="email-problem"` : ''}
    />
    ${problem ? html`<p class="problem" id="email-problem">${problem}</p>` : ''}
  </div>`;
}
