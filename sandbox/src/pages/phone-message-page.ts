import { html, type Html } from './html.js';
import { layout, tenantNavigation } from './layout.js';

export interface PhoneMessageForm {
  /** Proves that the form came from this page. */
  readonly token: string;
  readonly hasActions: boolean;
  readonly email: string;
  readonly recipient: string;
  readonly text: string;
  readonly code: string;
  readonly type: string;
  readonly action: string;
  readonly problem?: string;
}

/** Lets authors run the Actions of send-phone-message. */
export function phoneMessagePage(form: PhoneMessageForm): string {
  return layout({
    title: 'Phone message',
    problem: form.problem,
    kind: 'dialog',
    navigation: tenantNavigation,
    body: html`<h1>Phone message</h1>
      <p class="lead">Run the Actions of <code>send-phone-message</code> once. They may send a real message.</p>
      ${
        form.hasActions
          ? ''
          : html`<p class="alert">
              No Action is bound to the trigger. Start the sandbox with <code>--action send-phone-message:FILE</code>.
            </p>`
      }
      <form class="stack" method="post" action="/phone-message">
        <input type="hidden" name="token" value="${form.token}" />
        ${form.problem ? html`<p class="problem" id="problem" role="alert">${form.problem}</p>` : ''}
        ${field('email', 'User', form.email, 'email', form.problem)}
        ${field('recipient', 'Phone number', form.recipient, 'tel', form.problem)} ${field('code', 'Code', form.code)}
        ${field('text', 'Text', form.text)} ${choices('message_type', 'Message type', ['sms', 'voice'], form.type)}
        ${choices('action', 'Reason', ['second-factor-authentication', 'enrollment'], form.action)}
        <button class="button" type="submit">Send</button>
      </form>`,
  });
}

function field(name: string, label: string, value: string, type = 'text', problem?: string): Html {
  return html`<div class="field">
    <label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      autocomplete="off"
      required
      value="${value}"
      ${problem ? html`aria-describedby="problem"` : ''}
    />
  </div>`;
}

function choices(name: string, legend: string, values: readonly string[], selected: string): Html {
  return html`<fieldset class="choices">
    <legend>${legend}</legend>
    ${values.map(
      (value) =>
        html`<label class="choice">
          <input type="radio" name="${name}" value="${value}" required ${value === selected ? html`checked` : ''} />
          <span><code>${value}</code></span>
        </label>`,
    )}
  </fieldset>`;
}
