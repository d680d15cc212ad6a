import { EntryBudget } from './entry-budget.js';
import { messageOf } from '../error-message.js';
import { toJson, type Json } from '../json.js';
import type { CheckResult } from '../redirect/validate-token.js';
import type { CallEntry } from '../transactions/transaction.js';

export interface CallNotes {
  result?: Json;
  checks?: readonly CheckResult[];
  hint?: string;
  /** Reason if the call has no effect at Auth0. */
  ignored?: string;
}

/** Receives the arguments, and may add notes to the record. */
export type ApiMethod = (args: readonly unknown[], notes: CallNotes) => unknown;

/** Methods by their dotted names. */
export type ApiMethods = Readonly<Record<string, ApiMethod>>;

/** The limits on calls and argument characters of one handler. A working Action needs far less. */
const CALLS = { count: 10_000, characters: 16_000_000 };

/** A thread cannot post data that is nested thousands of levels deep. */
const DEPTH = 200;

/** Records calls with their result or error. */
export class Recorder {
  private ended = false;
  private readonly budget = new EntryBudget(CALLS.count, CALLS.characters);

  constructor(private readonly report: (entry: CallEntry) => void) {}

  /** Later calls fail, because the Action has ended. */
  end(): void {
    this.ended = true;
  }

  method(name: string, run: ApiMethod): (...args: unknown[]) => unknown {
    const recorded = (...args: unknown[]): unknown => {
      const notes: CallNotes = {};
      const copies = this.copiesOf(name, args);
      try {
        if (this.ended) throw new Error(`${name} was called after the Action had ended. It has no effect.`);
        const result = run(args, notes);
        this.record(name, copies, notes);
        return result;
      } catch (error) {
        this.record(name, copies, notes, messageOf(error));
        // The stack begins at the Action's own line.
        if (error instanceof Error) Error.captureStackTrace(error, recorded);
        throw error;
      }
    };
    return recorded;
  }

  private copiesOf(name: string, args: readonly unknown[]): Json[] {
    const copies = args.map(toJson);
    if (!this.budget.spend(JSON.stringify(copies).length)) {
      throw new RangeError(`${name}: the sandbox accepts at most ${CALLS.count} calls with 16 MB of arguments.`);
    }
    if (isDeeper(copies, DEPTH)) throw new RangeError(`${name}: the value is nested more than ${DEPTH} levels deep.`);
    return copies;
  }

  private record(name: string, args: Json[], notes: CallNotes, error?: string): void {
    this.report({ type: 'call', name, args, ...notes, ...(error === undefined ? {} : { error }) });
  }
}

function isDeeper(value: Json, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => isDeeper(item, levels - 1));
}
