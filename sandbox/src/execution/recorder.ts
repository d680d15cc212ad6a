import { messageOf } from '../error-message.js';
import { toJson, type Json } from '../json.js';
import type { CheckResult } from '../redirect/validate-token.js';
import type { CallEntry } from '../transactions/transaction.js';

/** What one call shows beside its arguments. */
export interface CallNotes {
  result?: Json;
  checks?: readonly CheckResult[];
  /** Something its author should know. */
  hint?: string;
  /** Why the call has no effect at Auth0, and so none here. */
  ignored?: string;
}

/** A member of `api`: gets the arguments, and may add notes to the record of the call. */
export type ApiMethod = (args: readonly unknown[], notes: CallNotes) => unknown;

/** Members of `api` by their dotted names. */
export type ApiMethods = Readonly<Record<string, ApiMethod>>;

/** Records every call of a method, with what it returned or threw. */
export class Recorder {
  private ended = false;

  constructor(private readonly report: (entry: CallEntry) => void) {}

  /** From here on calls fail: the Action is done. */
  end(): void {
    this.ended = true;
  }

  /** Wraps a method, named as it stands in the record. */
  method(name: string, run: ApiMethod): (...args: unknown[]) => unknown {
    const recorded = (...args: unknown[]): unknown => {
      const notes: CallNotes = {};
      try {
        if (this.ended) throw new Error(`${name} was called after the Action had ended. It has no effect.`);
        const result = run(args, notes);
        this.record(name, args, notes);
        return result;
      } catch (error) {
        this.record(name, args, notes, messageOf(error));
        // The stack begins at the Action's own line.
        if (error instanceof Error) Error.captureStackTrace(error, recorded);
        throw error;
      }
    };
    return recorded;
  }

  private record(name: string, args: readonly unknown[], notes: CallNotes, error?: string): void {
    this.report({ type: 'call', name, args: args.map(toJson), ...notes, ...(error === undefined ? {} : { error }) });
  }
}
