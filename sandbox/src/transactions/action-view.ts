import { html, type Html } from '../pages/html.js';
import type { CheckResult, CheckVerdict } from '../redirect/validate-token.js';
import type { ActionEntry, ActionStepDetails as ActionStep, CallEntry, Failure, LogEntry } from './transaction.js';
import { callText } from './argument-text.js';
import { block, jsonBlock, more } from './value-view.js';
import type { StepView } from './view.js';

/** Maximum number of consecutive console lines that are not folded. */
const LINES_SHOWN = 5;

export function actionView(step: ActionStep): StepView {
  // Lines break before the dot.
  const title = `${step.action} ·\u00A0${step.handler}`;
  if (step.skipped) return { tone: step.misspelled === undefined ? 'plain' : 'warn', title, body: skipped(step) };
  const isBad = step.error !== undefined || step.entries.some(({ type }) => type === 'failure');
  return { tone: isBad ? 'bad' : 'plain', title, body: html`${entries(step)} ${failure(step)} ${eventOf(step)}` };
}

function skipped({ handler, misspelled }: ActionStep): Html {
  const hint = misspelled === undefined ? '' : ` The file exports ${misspelled}; did you mean ${handler}?`;
  return html`<p class="hint">Skipped: the file does not export it.${hint}</p>`;
}

function entries({ entries: list, durationMs, error }: ActionStep): Html {
  if (list.length === 0) {
    return html`<p class="hint">${took(durationMs)}${error ? '' : ' It called nothing on api.'}</p>`;
  }
  return html`<p class="hint">${took(durationMs)}</p>
    <ul class="entries">
      ${runsOf(list).map(run)}
    </ul>`;
}

/** Groups only console lines. */
function runsOf(list: readonly ActionEntry[]): ActionEntry[][] {
  const runs: ActionEntry[][] = [];
  for (const entry of list) {
    const last = runs.at(-1);
    if (entry.type === 'log' && last?.[0]?.type === 'log') last.push(entry);
    else runs.push([entry]);
  }
  return runs;
}

function run(entriesInARow: readonly ActionEntry[]): Html {
  const rest = entriesInARow.slice(LINES_SHOWN);
  const items = entriesInARow.slice(0, LINES_SHOWN).map(item);
  if (rest.length === 0) return html`${items}`;
  return html`${items}
    <li>
      ${more(
        `${rest.length} more console lines`,
        html`<ul class="entries">
          ${rest.map(item)}
        </ul>`,
      )}
    </li>`;
}

function item(entry: ActionEntry): Html {
  return html`<li>${entryView(entry)}</li>`;
}

function took(durationMs: number | undefined): string {
  return durationMs === undefined ? 'It is still running.' : `It took ${durationMs} ms.`;
}

function entryView(entry: ActionEntry): Html {
  switch (entry.type) {
    case 'log':
      return log(entry);
    case 'call':
      return call(entry);
    case 'failure':
      return failed(entry.late ? 'Failed after the Action had ended.' : 'Failed outside the handler.', entry);
    default:
      return entry satisfies never;
  }
}

function log({ level, text }: LogEntry): Html {
  return html`<p class="log ${level}"><span class="log-level">console.${level}</span> <code>${text}</code></p>`;
}

function call({ name, args, result, error, checks, hint, ignored }: CallEntry): Html {
  return html`<p class="call"><code>${callText({ name, args })}</code></p>
    ${checks ? checksView(checks) : ''}
    ${result !== undefined && !checks ? more('returned', jsonBlock(`What ${name} returned`, result)) : ''}
    ${error !== undefined ? html`<p class="thrown"><strong>threw</strong> ${error}</p>` : ''}
    ${ignored !== undefined ? html`<p class="noted"><strong>No effect.</strong> ${ignored}</p>` : ''}
    ${hint !== undefined ? html`<p class="noted">${hint}</p>` : ''}`;
}

const MARKS: Readonly<Record<CheckVerdict, string>> = { ok: '✓', failed: '✗', 'not reached': '–' };

/** Folds checks that all passed. */
function checksView(checks: readonly CheckResult[]): Html {
  const allPassed = checks.every(({ verdict }) => verdict === 'ok');
  return allPassed ? more(`All ${checks.length} checks passed`, checkList(checks)) : checkList(checks);
}

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
  return error ? failed('The Action failed.', error) : '';
}

function failed(title: string, { message, cause, stack, at }: Failure): Html {
  return html`<p class="thrown"><strong>${title}</strong> ${message}</p>
    ${cause === undefined ? '' : html`<p class="thrown">Cause: ${cause}</p>`}
    ${at ? html`<pre class="statement"><code>${at.file}:${at.line}  ${at.statement}</code></pre>` : ''}
    ${stack ? more('Stack', block('Stack', stack)) : ''}`;
}

function eventOf({ event }: ActionStep): Html {
  const members = Object.entries(event).map(([name, value]) => more(name, jsonBlock(`event.${name}`, value)));
  return more('event', html`<div class="members">${members}</div>`);
}
