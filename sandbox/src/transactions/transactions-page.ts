import { html, type Html } from '../pages/html.js';
import { layout, tenantNavigation } from '../pages/layout.js';
import { KIND_NAMES, subjectOf } from './record-names.js';
import { statusBadge } from './status-badge.js';
import type { TransactionRecord } from './transaction.js';

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
      <span class="who">${subjectOf(record)}</span>
      ${statusBadge(record.status)}
      ${warnings > 0 ? html`<span class="badge warn">${warnings} ${warnings === 1 ? 'warning' : 'warnings'}</span>` : ''}
      <span class="meta">${facts(record).join(' · ')}</span>
    </a>
  </li>`;
}

/** Most records are logins, so only other kinds are named. */
function facts(record: TransactionRecord): string[] {
  const { clientId, kind, startedAt } = record;
  return [
    ...(kind === 'login' ? [] : [KIND_NAMES[kind]]),
    clock(startedAt),
    ...(clientId ? [clientId] : []),
    path(record),
  ];
}

function path({ steps }: TransactionRecord): string {
  const runs = steps.flatMap((step) => {
    if (step.kind === 'action') return [step.action];
    return step.kind === 'redirect' || step.kind === 'factor' || step.kind === 'form' ? [step.kind] : [];
  });
  return runs.length === 0 ? 'no Action has run' : runs.join(' → ');
}

function clock(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}
