import { format } from 'node:util';
import { messageOf } from '../error-message.js';
import { isJsonObject, toJson, type Json } from '../json.js';
import type { CheckResult } from '../redirect/validate-token.js';
import type { LoginTransaction, RequestFacts } from '../tenant/login-transaction.js';
import type { SandboxUser } from '../tenant/users.js';
import { MASK, type Masker } from '../transactions/mask.js';
import type { CallEntry, LogEntry } from '../transactions/transaction.js';
import type { ActionRealm } from './action-realm.js';

/** What an Action asked for in one phase. */
export interface PhaseEffects {
  denied?: string;
  redirect?: { readonly url: string; readonly query: Record<string, string> };
  /** Whether `validateToken` was called, and how its last call ended. */
  validation?: 'ok' | 'failed';
}

/** What one call shows in the record beside its arguments. */
export interface CallNotes {
  result?: Json;
  checks?: readonly CheckResult[];
}

interface PhaseOptions {
  readonly transaction: LoginTransaction;
  readonly user: SandboxUser;
  readonly request: RequestFacts;
  readonly index: number;
  readonly masker: Masker;
}

/** One run of one handler of one Action: records what it does and collects what it asks for. */
export class ActionPhase {
  readonly transaction: LoginTransaction;
  readonly user: SandboxUser;
  readonly request: RequestFacts;
  readonly index: number;
  readonly effects: PhaseEffects = {};
  readonly entries: (LogEntry | CallEntry)[] = [];
  readonly warnings: string[] = [];
  readonly masker: Masker;
  private closed = false;

  constructor(options: PhaseOptions) {
    this.transaction = options.transaction;
    this.user = options.user;
    this.request = options.request;
    this.index = options.index;
    this.masker = options.masker;
  }

  /** From here on calls fail: the Action is done, or took too long. */
  close(): void {
    this.closed = true;
  }

  /** Takes a console line. */
  readonly log = (level: LogEntry['level'], values: unknown[]): void => {
    if (!this.closed) this.entries.push({ type: 'log', level, text: this.masker.text(format(...values)) });
  };

  /** Wraps a method of `api`, so that each call is recorded and its errors belong to the Action's realm. */
  method(realm: ActionRealm, name: string, run: (args: unknown[], notes: CallNotes) => unknown) {
    return (...args: unknown[]): unknown => {
      if (this.closed) throw realm.error(`${name} was called after the Action had ended.`);
      const notes: CallNotes = {};
      try {
        const result = run(args, notes);
        this.record(name, args, notes);
        return result;
      } catch (error) {
        const message = messageOf(error);
        this.record(name, args, notes, message);
        throw realm.error(message);
      }
    };
  }

  private record(name: string, args: unknown[], notes: CallNotes, error?: string): void {
    const shown = args.map((argument) => this.shown(name, argument));
    const result = notes.result === undefined ? {} : { result: this.masker.json(notes.result) };
    const checks = notes.checks ? { checks: notes.checks } : {};
    const failure = error === undefined ? {} : { error: this.masker.text(error) };
    this.entries.push({ type: 'call', name, args: shown, ...result, ...checks, ...failure });
  }

  /** A `secret` is masked even where it did not come from the secrets file. */
  private shown(name: string, argument: unknown): Json {
    const json = toJson(argument);
    const safe = isJsonObject(json) && 'secret' in json ? { ...json, secret: MASK } : json;
    if (name === 'api.redirect.sendUserTo' && typeof safe === 'string') return this.masker.address(safe);
    return this.masker.json(safe);
  }
}
