import { html, type Html } from './html.js';
import { layout } from './layout.js';

export interface PlayedForm {
  readonly state: string;
  readonly id: string;
  /** Names and texts of the fields. */
  readonly fields: readonly (readonly [string, string])[];
  /** Only names: the values are for the server. */
  readonly vars: readonly string[];
  /** Lines with more fields. */
  readonly more: string;
  /** The problem with the additional lines. */
  readonly problem?: string;
}

/** The form itself exists only at Auth0, so all fields are text fields. */
export function formPage(form: PlayedForm): string {
  const title = 'Fill in the form';
  return layout({
    title,
    problem: form.problem,
    kind: 'dialog',
    body: html`<h1>${title}</h1>
      <p class="lead">
        An Action renders the form <code>${form.id}</code>. The form itself exists only at Auth0: enter its result here.
      </p>
      <form class="stack" method="post" action="/u/form">
        <input type="hidden" name="state" value="${form.state}" />
        ${form.fields.map(([name, text], index) => field(name, text, index))}
        <div class="field">
          <label for="more">More fields</label>
          <textarea
            id="more"
            name="more"
            rows="3"
            spellcheck="false"
            aria-describedby="more-hint${form.problem ? ' problem' : ''}"
            ${form.problem ? html`aria-invalid="true" autofocus` : ''}
          >
${form.more}</textarea>
          <p class="hint" id="more-hint">
            One <code>NAME=VALUE</code> per line. They go to <code>event.prompt.fields</code>, too.
          </p>
          ${form.problem ? html`<p class="problem" id="problem" role="alert">${form.problem}</p>` : ''}
        </div>
        ${form.vars.length > 0 ? html`<p class="hint">Shared variables: <code>${form.vars.join(', ')}</code></p>` : ''}
        <p class="actions">
          <button class="button" name="decision" value="submit">Submit</button>
          <button class="button secondary" name="decision" value="cancel" formnovalidate>Cancel</button>
        </p>
      </form>`,
  });
}

function field(name: string, text: string, index: number): Html {
  return html`<div class="field">
    <label for="field-${index}">${name}</label>
    <input id="field-${index}" name="field:${name}" value="${text}" autocomplete="off" />
  </div>`;
}
