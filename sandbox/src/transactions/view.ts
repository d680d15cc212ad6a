import type { Html } from '../pages/html.js';
import type { TransactionStep } from './transaction.js';

export interface StepView {
  /** The color of the mark; the title says the same in words. */
  readonly tone: 'plain' | 'good' | 'bad' | 'warn' | 'out' | 'in';
  readonly title: string;
  readonly body: Html;
}

/** The type of the steps with a given `kind`. */
export type StepOf<Kind extends TransactionStep['kind']> = Extract<TransactionStep, { kind: Kind }>;
