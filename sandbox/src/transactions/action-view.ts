import { html, type Html } from '../pages/html.js';
import type { CheckResult, CheckVerdict } from '../redirect/validate-token.js';
import type { StepView } from './step-view.js';
import type { CallEntry, LogEntry, TransactionStep } from './transaction.js';
import { argumentText } from './argument-text.js';
import { block, jsonBlock, more } from './value-view.js';

type ActionStep = Extract<TransactionStep, { kind: 'action' }>;

/** One phase of an Action: what it printed and what it called, in the order in which it did. */
export function actionView(step: ActionStep): StepView {
  const title = `${step.file} · ${step.handler}`;
  if (step.skipped)
    return { tone: 'plain', title, body: html`<p class="hint">Skipped: the file does not export it.</p>` };
  return { tone: step.error ? 'bad' : 'plain', title, body: html`${entries(step)} ${failure(step)}` };
}

function entries({ entries: list, durationMs, error }: ActionStep): Html {
  if (list.length === 0) {
    return html`<p class="hint">Took ${durationMs} ms${error ? '' : ' and called nothing on api'}.</p>`;
  }
  return html`<p class="hint">Took ${durationMs} ms.</p>
    <ul class="entries">
      ${list.map((entry) => html`<li>${entry.type === 'log' ? log(entry) : call(entry)}</li>`)}
    </ul>`;
}

function log({ level, text }: LogEntry): Html {
  return html`<p class="log ${level}"><span class="log-level">console.${level}</span> <code>${text}</code></p>`;
}

function call({ name, args, result, error, checks }: CallEntry): Html {
  return html`<p class="call"><code>${name}(${args.map((argument) => argumentText(argument)).join(', ')})</code></p>
    ${checks ? checkList(checks) : ''}
    ${result !== undefined && !checks ? more('returned', jsonBlock(`What ${name} returned`, result)) : ''}
    ${error !== undefined ? html`<p class="thrown"><strong>threw</strong> ${error}</p>` : ''}`;
}

const MARKS: Readonly<Record<CheckVerdict, string>> = { ok: '✓', failed: '✗', 'not reached': '–' };

function checkList(checks: readonly CheckResult[]): Html {
  return html`<ol class="checks">
    ${checks.map(
      ({ verdict, description, detail }) =>
        html`<li class="check ${verdict.replace(' ', '-')}">
          <span class="mark" aria-hidden="true">${MARKS[verdict]}</span>
          <span>${description}${detail ? html` <small>${detail}</small>` : ''}</span>
          <span class="verdict">${verdict}</span>
        </li>`,
    )}
  </ol>`;
}

function failure({ error }: ActionStep): Html | string {
  if (!error) return '';
  return html`<p class="thrown"><strong>The Action failed.</strong> ${error.message}</p>
    ${error.stack ? more('Stack', block('Stack', error.stack)) : ''}`;
}
