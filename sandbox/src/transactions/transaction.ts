import type { Json, JsonObject } from '../json.js';
import type { CheckResult } from '../redirect/validate-token.js';

/** Where a login stands. */
export type TransactionStatus =
  'logging in' | 'running actions' | 'redirected' | 'completed' | 'denied' | 'failed' | 'interaction required';

/** One console line of an Action. */
export interface LogEntry {
  readonly type: 'log';
  readonly level: 'debug' | 'log' | 'info' | 'warn' | 'error';
  readonly text: string;
}

/** One call on `api`, with what went in and what came out; secrets are masked. */
export interface CallEntry {
  readonly type: 'call';
  readonly name: string;
  readonly args: Json[];
  readonly result?: Json;
  readonly error?: string;
  /** The list of `validateToken`, on that call only. */
  readonly checks?: readonly CheckResult[];
}

/** A token found in a URL or a form, taken apart. */
export interface TokenView {
  readonly parameter: string;
  readonly raw: string;
  readonly header?: JsonObject;
  readonly claims?: JsonObject;
}

/** The tokens the app got at the end. */
export interface IssuedTokens {
  readonly scope?: string;
  readonly idToken?: JsonObject;
  readonly accessToken: JsonObject | 'opaque';
}

interface StepBase {
  /** ISO 8601. */
  readonly at: string;
  /** Milliseconds since the login began. */
  readonly offsetMs: number;
}

/** What happened in one moment of a login. */
export type StepDetails =
  | { readonly kind: 'authorize'; readonly method: string; readonly parameters: JsonObject }
  | { readonly kind: 'login'; readonly email: string; readonly userId: string; readonly how: 'form' | 'session' }
  | {
      readonly kind: 'action';
      readonly file: string;
      readonly handler: string;
      readonly durationMs: number;
      readonly entries: readonly (LogEntry | CallEntry)[];
      readonly error?: { readonly message: string; readonly stack: string };
      readonly skipped?: 'not exported';
    }
  | { readonly kind: 'redirect'; readonly url: string; readonly state: string; readonly tokens: readonly TokenView[] }
  | {
      readonly kind: 'continue';
      readonly method: string;
      readonly query: JsonObject;
      readonly body: JsonObject;
      readonly tokens: readonly TokenView[];
    }
  | { readonly kind: 'refusal'; readonly reason: string }
  | { readonly kind: 'warning'; readonly message: string }
  | { readonly kind: 'denied'; readonly error: string; readonly description: string }
  | { readonly kind: 'completed' }
  | ({ readonly kind: 'tokens' } & IssuedTokens);

/** A step of the timeline. */
export type TransactionStep = StepBase & StepDetails;

/** One login, from the authorize request to the tokens: what `/transactions/:id.json` answers with. */
export interface TransactionRecord {
  readonly id: string;
  readonly startedAt: string;
  readonly clientId: string;
  status: TransactionStatus;
  user?: { readonly userId: string; readonly email: string };
  /** Transaction metadata as it stands, once an Action has set some. */
  metadata: JsonObject;
  readonly steps: TransactionStep[];
}
