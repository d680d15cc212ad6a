import { html, type Html } from './html.js';
import { layout } from './layout.js';

export interface FactorForm {
  readonly state: string;
  readonly mode: 'challenge' | 'enroll';
  readonly types: readonly string[];
  readonly selected?: string;
  readonly email: string;
  readonly canRemember: boolean;
  readonly problem?: string;
}

const NAMES: Readonly<Record<string, string>> = {
  otp: 'One-time password',
  phone: 'Phone (SMS or voice)',
  email: 'Email',
  'push-notification': 'Push notification',
  'webauthn-roaming': 'Security key (WebAuthn)',
  'webauthn-platform': 'Device biometrics (WebAuthn)',
  'recovery-code': 'Recovery code',
  duo: 'Duo',
};

/** The user selects the result. No code is required. */
export function factorPage(form: FactorForm): string {
  const isChallenge = form.mode === 'challenge';
  const title = isChallenge ? 'Verify your identity' : 'Set up a factor';
  return layout({
    title,
    problem: form.problem,
    kind: 'dialog',
    body: html`<h1>${title}</h1>
      <p class="lead">
        ${isChallenge ? 'An Action challenges' : 'An Action enrolls'} <strong>${form.email}</strong>. The sandbox sends
        no code: choose how it ends.
      </p>
      <form class="stack" method="post" action="/u/mfa">
        <input type="hidden" name="state" value="${form.state}" />
        <fieldset class="choices" ${form.problem ? html`aria-describedby="problem"` : ''}>
          <legend>Factor</legend>
          ${form.types.map((type) => choice(type, type === form.selected))}
        </fieldset>
        ${form.problem ? html`<p class="problem" id="problem" role="alert">${form.problem}</p>` : ''}
        ${form.canRemember ? remember : ''}
        <p class="actions">
          <button class="button" name="decision" value="approve">Approve</button>
          <button class="button secondary" name="decision" value="fail" formnovalidate>Fail</button>
        </p>
      </form>`,
  });
}

function choice(type: string, isSelected: boolean): Html {
  return html`<label class="choice">
    <input type="radio" name="factor" value="${type}" required ${isSelected ? html`checked` : ''} />
    <span
      >${NAMES[type] ?? type} <small><code>${type}</code></small></span
    >
  </label>`;
}

const remember = html`<label class="choice">
  <input type="checkbox" name="remember" value="yes" />
  <span>Remember this browser for 30 days</span>
</label>`;
