import { html, type Html } from './html.js';
import { emailField } from './fields.js';
import { layout, recordedLink } from './layout.js';

export interface ResetRequestForm {
  readonly parameters: Readonly<Record<string, string>>;
  readonly email: string;
  readonly problem?: string;
}

export interface AppAddress {
  readonly name: string;
  readonly url: string;
}

export function resetRequestPage({ parameters, email, problem }: ResetRequestForm): string {
  return layout({
    title: 'Forgot your password?',
    problem,
    kind: 'dialog',
    body: html`<h1>Forgot your password?</h1>
      <p class="lead">Enter your email address to get a link for a new password.</p>
      <form class="stack" method="post" action="/u/reset">
        ${Object.entries(parameters).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
        ${emailField(email, problem)}
        <button class="button" type="submit">Continue</button>
      </form>`,
  });
}

/** Shows the email, because the sandbox sends nothing. */
export function resetSentPage(email: string, path: string, recordId: string): string {
  return layout({
    title: 'Check your email',
    kind: 'dialog',
    body: html`<h1>Check your email</h1>
      <p class="lead">Auth0 would now send <strong>${email}</strong> a link. The sandbox shows it here instead.</p>
      <p><a class="button" href="${path}">Reset the password</a></p>
      ${recordedLink(recordId)}`,
  });
}

export function newPasswordPage(email: string, path: string, problem?: string): string {
  return layout({
    title: 'Change your password',
    problem,
    kind: 'dialog',
    body: html`<h1>Change your password</h1>
      <p class="lead">Enter a new password for <strong>${email}</strong>.</p>
      <form class="stack" method="post" action="${path}">
        <input type="hidden" name="username" autocomplete="username" value="${email}" />
        ${password('password', 'New password', problem)} ${password('password_again', 'New password again', problem)}
        ${problem ? html`<p class="problem" id="problem" role="alert">${problem}</p>` : ''}
        <button class="button" type="submit">Reset password</button>
      </form>`,
  });
}

function password(name: string, label: string, problem: string | undefined) {
  return html`<div class="field">
    <label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      type="password"
      autocomplete="new-password"
      required
      ${name === 'password' ? html`autofocus` : ''}
      ${problem ? html`aria-invalid="true" aria-describedby="problem"` : ''}
    />
  </div>`;
}

export function passwordChangedPage(recordId: string, app?: AppAddress): string {
  return layout({
    title: 'Password changed',
    kind: 'dialog',
    body: html`<h1>Password changed</h1>
      <p>You can log in with the new password now.</p>
      ${wayBack(app)} ${recordedLink(recordId)}`,
  });
}

export function resetRefusedPage(description: string, recordId: string, app?: AppAddress): string {
  return layout({
    title: 'The password cannot be reset',
    kind: 'dialog',
    body: html`<h1>The password cannot be reset</h1>
      <p>${description}</p>
      ${wayBack(app)} ${recordedLink(recordId)}`,
  });
}

function wayBack(app: AppAddress | undefined): Html {
  return app === undefined ? html`` : html`<p><a class="button" href="${app.url}">Back to ${app.name}</a></p>`;
}

/** The link was used, is unknown, or belongs to another browser. */
export function resetOverPage(): string {
  return layout({
    title: 'Link over',
    kind: 'dialog',
    body: html`<h1>This link is not valid</h1>
      <p>It has been used, is unknown, or was opened in another browser.</p>
      <p><a class="button" href="/u/reset">Request a new one</a></p>
      ${recordedLink()}`,
  });
}
