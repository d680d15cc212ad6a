import { html, type Html } from '../pages/html.js';
import { layout, tenantNavigation } from '../pages/layout.js';
import { statusBadge } from './status-badge.js';
import type { TransactionRecord } from './transaction.js';

/** The list of the last logins. */
export function transactionsPage(records: readonly TransactionRecord[]): string {
  return layout({
    title: 'Logins',
    kind: 'report',
    navigation: tenantNavigation,
    body: html`<h1>Logins</h1>
      ${records.length === 0 ? empty : list(records)}`,
  });
}

const empty = html`<p class="lead">Nobody has logged in yet.</p>
  <p>Log in through the sample app or your own; each login shows up here, step by step.</p>`;

function list(records: readonly TransactionRecord[]): Html {
  return html`<p class="lead">The newest first. <a href="/transactions.json">As JSON</a></p>
    <ul class="logins">
      ${records.map(item)}
    </ul>`;
}

function item(record: TransactionRecord): Html {
  const warnings = record.steps.filter(({ kind }) => kind === 'warning').length;
  return html`<li>
    <a class="login" href="/transactions/${record.id}">
      <span class="who">${record.user?.email ?? 'nobody yet'}</span>
      ${statusBadge(record.status)}
      ${warnings > 0 ? html`<span class="badge warn">${warnings} ${warnings === 1 ? 'warning' : 'warnings'}</span>` : ''}
      <span class="meta">${clock(record.startedAt)} · ${record.clientId} · ${path(record)}</span>
    </a>
  </li>`;
}

/** The Actions that ran, in short. */
function path({ steps }: TransactionRecord): string {
  const runs = steps.flatMap((step) =>
    step.kind === 'action' ? [step.action] : step.kind === 'redirect' ? ['redirect'] : [],
  );
  return runs.length === 0 ? 'no Action has run' : runs.join(' → ');
}

function clock(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}
