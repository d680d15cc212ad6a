import { html, type Html } from './html.js';
import { emailField } from './fields.js';
import { layout } from './layout.js';

export interface LoginForm {
  readonly interactionId: string;
  readonly appName: string;
  readonly email: string;
  readonly connection?: string;
  /** The organization's display name. */
  readonly organization?: string;
  /** The page that starts a password reset. Absent without a database. */
  readonly resetPath?: string;
  /** The problem with the typed address. */
  readonly problem?: string;
}

/** Accepts all users, because the login exists to run the Actions. */
export function loginPage(form: LoginForm): string {
  return layout({
    title: 'Log in',
    problem: form.problem,
    kind: 'dialog',
    body: html`<h1>Welcome</h1>
      <p class="lead">
        Log in to <strong>${form.organization ?? form.appName}</strong>${
          form.organization ? html` to continue to <strong>${form.appName}</strong>` : ''
        }
      </p>
      <form class="stack" method="post" action="/u/login/${form.interactionId}">
        ${emailField(form.email, form.problem, form.email === '' || form.problem !== undefined)}
        <div class="field">
          <label for="password">Password</label>
          <input
            id="password"
            name="password"
            type="password"
            autocomplete="current-password"
            aria-describedby="hint"
          />
          <p class="hint" id="hint">Enter any address and any password. The same address is always the same user.</p>
        </div>
        ${form.connection ? html`<p class="hint">Connection: <code>${form.connection}</code></p>` : ''}
        <button class="button" type="submit">Continue</button>
      </form>
      ${form.resetPath ? links(form.interactionId, form.resetPath) : ''}`,
  });
}

function links(interactionId: string, resetPath: string): Html {
  return html`<p><a href="${resetPath}">Forgot password?</a></p>
    <p>No account yet? <a href="/u/login/${interactionId}/signup">Sign up</a></p>`;
}
