import type { Html } from '../pages/html.js';
import type { TransactionStep } from './transaction.js';

/** A step as the timeline shows it. */
export interface StepView {
  /** The colour of the mark; the title says the same in words. */
  readonly tone: 'plain' | 'good' | 'bad' | 'warn' | 'out' | 'in';
  readonly title: string;
  readonly body: Html;
}

/** The step of a kind. */
export type StepOf<Kind extends TransactionStep['kind']> = Extract<TransactionStep, { kind: Kind }>;
