import { html, type Html } from '../pages/html.js';
import { jsonBlock, more, pairs } from './value-view.js';
import type { StepOf, StepView } from './view.js';

export function factorView({ mode, offered, ignored, note }: StepOf<'factor'>): StepView {
  const what = mode === 'challenge' ? 'Multifactor challenge' : 'Multifactor enrollment';
  const isImpossible = offered.length === 0 && note === undefined;
  return {
    tone: isImpossible ? 'bad' : note === undefined ? 'out' : 'plain',
    title: isImpossible ? `${what}: no factor is left` : note === undefined ? what : `${what}: not needed`,
    body: html`${note === undefined ? '' : html`<p>${note}</p>`}
    ${offered.length > 0 ? html`<p>Offered: ${codes(offered)}</p>` : ''}
    ${ignored.map(({ type, reason }) => html`<p class="hint"><code>${type}</code> was ignored: ${reason}.</p>`)}`,
  };
}

export function factorAnswerView({ type, isApproved }: StepOf<'factor answer'>): StepView {
  const factor = html`<p>${type ? html`Factor: <code>${type}</code>` : 'No factor was selected.'}</p>`;
  return isApproved
    ? { tone: 'in', title: 'The user completed the factor', body: factor }
    : { tone: 'bad', title: 'The user failed the factor', body: factor };
}

export function formView({ id, fields, vars }: StepOf<'form'>): StepView {
  const names = vars.length > 0 ? html`<p class="hint">With the shared variables ${codes(vars)}.</p>` : '';
  return { tone: 'out', title: `Form ${id}`, body: html`${pairs(fields)} ${names}` };
}

export function formAnswerView({ id, fields, isCanceled }: StepOf<'form answer'>): StepView {
  if (isCanceled) return { tone: 'bad', title: `The user canceled the form ${id}`, body: html`` };
  return { tone: 'in', title: `The user submitted the form ${id}`, body: pairs(fields) };
}

export function samlView({ attributes, settings }: StepOf<'saml'>): StepView {
  return {
    tone: 'plain',
    title: 'Content of a SAML response',
    body: html`<p class="hint">The sandbox issues none. These are the settings of the Actions and Auth0's defaults.</p>
      ${jsonBlock('Attributes of the SAML assertion', attributes)} ${more('Settings', pairs(settings))}`,
  };
}

function codes(names: readonly string[]): Html[] {
  return names.map((name, index) => html`${index > 0 ? ', ' : ''}<code>${name}</code>`);
}
