import { html, type Html } from '../pages/html.js';
import type { TransactionStatus } from './transaction.js';

const TONES: Readonly<Record<TransactionStatus, 'good' | 'bad' | 'busy'>> = {
  'logging in': 'busy',
  'running actions': 'busy',
  redirected: 'busy',
  'waiting for the user': 'busy',
  completed: 'good',
  denied: 'bad',
  failed: 'bad',
  'interaction required': 'bad',
};

export function statusBadge(status: TransactionStatus): Html {
  return html`<span class="badge ${TONES[status]}">${status}</span>`;
}
