import type { ActionEntry, ActionStepDetails, TransactionRecord, TransactionStep } from './transaction.js';

/** Receives events of logins as they happen. All values are masked. */
export interface LoginObserver {
  /** Reports a line or call of an Action. */
  onEntry?(action: string, entry: ActionEntry): void;
  /** Reports a handler's first line or call, and its end. `skipped` means that the handler does not exist. */
  onHandler?(step: ActionStepDetails): void;
  onStep?(record: TransactionRecord, step: TransactionStep): void;
  /** Reports an Action's file and its required files, except packages. */
  onLoaded?(files: readonly string[]): void;
}
