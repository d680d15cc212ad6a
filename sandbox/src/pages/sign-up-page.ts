import { html } from './html.js';
import { layout } from './layout.js';

export interface SignUpForm {
  readonly interactionId: string;
  readonly appName: string;
  readonly connection: string;
  readonly email: string;
  readonly userMetadata: string;
  readonly moreFields: string;
  readonly problem?: string;
}

export function signUpPage(form: SignUpForm): string {
  const action = `/u/login/${form.interactionId}/signup`;
  return layout({
    title: 'Sign up',
    problem: form.problem,
    kind: 'dialog',
    body: html`<h1>Sign up</h1>
      <p class="lead">Sign up to <strong>${form.appName}</strong></p>
      <form class="stack" method="post" action="${action}">
        ${form.problem ? html`<p class="problem" id="problem" role="alert">${form.problem}</p>` : ''}
        <div class="field">
          <label for="email">Email address</label>
          <input
            id="email"
            name="email"
            type="email"
            autocomplete="username"
            required
            autofocus
            value="${form.email}"
            ${form.problem ? html`aria-describedby="problem"` : ''}
          />
        </div>
        <div class="field">
          <label for="password">Password</label>
          <input id="password" name="password" type="password" autocomplete="new-password" required />
        </div>
        <details ${form.userMetadata || form.moreFields ? html`open` : ''}>
          <summary>More fields</summary>
          <div class="stack">
            ${lines('user_metadata', 'user_metadata', 'For example plan=gold. One NAME=VALUE per line.', form.userMetadata)}
            ${lines(
              'more_fields',
              'Fields of a customized prompt',
              'For example ulp-first-name=Ada. They are in event.request.body.',
              form.moreFields,
            )}
          </div>
        </details>
        <p class="hint">Connection: <code>${form.connection}</code></p>
        <button class="button" type="submit">Continue</button>
      </form>
      <p>Already have an account? <a href="/u/login/${form.interactionId}?screen=login">Log in</a></p>`,
  });
}

function lines(name: string, label: string, hint: string, value: string) {
  return html`<div class="field">
    <label for="${name}">${label}</label>
    <textarea id="${name}" name="${name}" rows="3" aria-describedby="${name}-hint">${value}</textarea>
    <p class="hint" id="${name}-hint">${hint}</p>
  </div>`;
}
