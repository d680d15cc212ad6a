import type { Html } from '../pages/html.js';
import type { TransactionStep } from './transaction.js';

export interface StepView {
  /** Color of the mark. The title expresses the same in words. */
  readonly tone: 'plain' | 'good' | 'bad' | 'warn' | 'out' | 'in';
  readonly title: string;
  readonly body: Html;
}

export type StepOf<Kind extends TransactionStep['kind']> = Extract<TransactionStep, { kind: Kind }>;
