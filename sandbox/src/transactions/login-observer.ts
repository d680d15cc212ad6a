import type { ActionEntry, ActionStepDetails, TransactionRecord, TransactionStep } from './transaction.js';

/** Receives the events of logins as they happen. All values are masked. */
export interface LoginObserver {
  /** An Action has printed or called something. */
  onEntry?(action: string, entry: ActionEntry): void;
  /** A handler has printed or called something for the first time, or has ended. `skipped` means that it does not exist. */
  onHandler?(step: ActionStepDetails): void;
  onStep?(record: TransactionRecord, step: TransactionStep): void;
  /** An Action has ended; `files` are its file and those that it has required, except packages. */
  onLoaded?(files: readonly string[]): void;
}
