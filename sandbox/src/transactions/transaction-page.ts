import { html, type Html } from '../pages/html.js';
import { layout, tenantNavigation } from '../pages/layout.js';
import { duration } from './duration.js';
import { KIND_NAMES, subjectOf } from './record-names.js';
import { statusBadge } from './status-badge.js';
import { stepView } from './step-view.js';
import type { TransactionRecord, TransactionStep } from './transaction.js';
import { jsonBlock } from './value-view.js';

export function transactionPage(record: TransactionRecord): string {
  return layout({
    title: `${KIND_NAMES[record.kind]} of ${subjectOf(record)}`,
    kind: 'report',
    navigation: tenantNavigation,
    body: html`<p class="crumb"><a href="/transactions">All logins</a></p>
      <h1>${subjectOf(record)}</h1>
      <p class="summary">
        ${statusBadge(record.status)}
        <span class="meta">
          ${KIND_NAMES[record.kind]} · ${record.startedAt.slice(0, 19).replace('T', ' ')} UTC ·
          ${record.clientId ? html`${record.clientId} ·` : ''}
          <a href="/transactions/${record.id}.json">JSON</a> ·
          <a href="/transactions/${record.id}.fixture.json">Save as a fixture for tests</a>
        </span>
      </p>
      ${outcome(record.steps)} ${warnings(record.steps)}
      <ol class="timeline">
        ${record.steps.map((step) => item(step, record.steps))}
      </ol>
      ${metadata(record)}`,
  });
}

function item(step: TransactionStep, steps: readonly TransactionStep[]): Html {
  const { tone, title, body } = stepView(step, steps);
  return html`<li class="step ${tone}">
    <div class="step-head">
      <h2>${title}</h2>
      <time datetime="${step.at}">+${duration(step.offsetMs)}</time>
    </div>
    ${body}
  </li>`;
}

function outcome(steps: readonly TransactionStep[]): Html | string {
  const denied = steps.find((step) => step.kind === 'denied');
  if (!denied) return '';
  return html`<p class="alert bad"><strong>${denied.error}.</strong> ${denied.description}</p>`;
}

/** Shows warnings at the top, because few people read the timeline of a successful login. */
function warnings(steps: readonly TransactionStep[]): Html | string {
  const messages = steps.flatMap((step) => (step.kind === 'warning' ? [step.message] : []));
  if (messages.length === 0) return '';
  return html`<section class="alert" aria-label="Warnings">
    ${messages.map((message) => html`<p><strong>Warning.</strong> ${message}</p>`)}
  </section>`;
}

function metadata({ metadata: values }: TransactionRecord): Html | string {
  if (Object.keys(values).length === 0) return '';
  return html`<section aria-labelledby="metadata">
    <h2 id="metadata">Transaction metadata at the end</h2>
    ${jsonBlock('Transaction metadata', values)}
  </section>`;
}
