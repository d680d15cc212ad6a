import type { Json, JsonObject } from '../json.js';
import type { CheckResult } from '../redirect/validate-token.js';

export type RecordKind = 'login' | 'sign-up' | 'password reset' | 'client credentials' | 'phone message';

export type TransactionStatus =
  | 'logging in'
  | 'running actions'
  | 'redirected'
  | 'waiting for the user'
  | 'completed'
  | 'denied'
  | 'failed'
  | 'interaction required';

/** Means of identification: the login page, an earlier login, or the token request. */
export type LoginMeans = 'form' | 'session' | 'refresh token' | 'password' | 'subject token';

/** A console line of an Action. */
export interface LogEntry {
  readonly type: 'log';
  readonly level: 'debug' | 'log' | 'info' | 'warn' | 'error';
  readonly text: string;
}

/** A call on `api`. Secrets are masked. */
export interface CallEntry {
  readonly type: 'call';
  readonly name: string;
  readonly args: Json[];
  readonly result?: Json;
  readonly error?: string;
  /** Checks of `validateToken`. */
  readonly checks?: readonly CheckResult[];
  /** Hint for the author of the Action. */
  readonly hint?: string;
  /** Reason if the call has no effect at Auth0. */
  readonly ignored?: string;
}

/** The failure of an Action. */
export interface Failure {
  readonly message: string;
  /** Messages of nested causes, separated by colons. */
  readonly cause?: string;
  /** Frames within the Action, with paths relative to its folder. */
  readonly stack: string;
  /** The failed statement in the Action's own code. */
  readonly at?: { readonly file: string; readonly line: number; readonly statement: string };
}

/** A failure outside the handler: a timer, an unhandled rejection. */
export interface FailureEntry extends Failure {
  readonly type: 'failure';
  /** Whether the handler had ended. */
  readonly late: boolean;
}

export type ActionEntry = LogEntry | CallEntry | FailureEntry;

/** A decoded token of a URL or a form. */
export interface TokenView {
  readonly parameter: string;
  readonly raw: string;
  readonly header?: JsonObject;
  readonly claims?: JsonObject;
}

/** Tokens for the app. */
export interface IssuedTokens {
  readonly scope?: string;
  readonly idToken?: JsonObject;
  /** Absent if the app requested none. */
  readonly accessToken?: JsonObject | 'opaque';
}

/** Time of a step. */
export interface StepBase {
  /** ISO 8601. */
  readonly at: string;
  /** Milliseconds since the login began. */
  readonly offsetMs: number;
}

export interface ActionStepDetails {
  readonly kind: 'action';
  readonly trigger: string;
  readonly action: string;
  readonly file: string;
  readonly handler: string;
  /** The masked event. */
  readonly event: JsonObject;
  /** Grows while the Action runs. */
  readonly entries: ActionEntry[];
  /** Milliseconds; absent while it runs. */
  durationMs?: number;
  error?: Failure;
  skipped?: 'not exported';
  /** An export that may be a misspelled handler. */
  misspelled?: string;
}

/** An event of the tenant. */
export interface NoteDetails {
  readonly kind: 'note';
  readonly tone: 'plain' | 'good' | 'bad' | 'out' | 'in';
  readonly title: string;
  readonly facts: JsonObject;
  /** A page of the tenant: the link of an unsent email. */
  readonly link?: { readonly path: string; readonly text: string };
}

export interface FactorStepDetails {
  readonly kind: 'factor';
  readonly mode: 'challenge' | 'enroll';
  readonly offered: readonly string[];
  readonly ignored: readonly { readonly type: string; readonly reason: string }[];
  /** The reason if the user needs to complete no factor. */
  readonly note?: string;
}

export type StepDetails =
  | { readonly kind: 'authorize'; readonly method: string; readonly parameters: JsonObject }
  | { readonly kind: 'token request'; readonly grantType: string; readonly parameters: JsonObject }
  | { readonly kind: 'login'; readonly email: string; readonly userId: string; readonly how: LoginMeans }
  | ActionStepDetails
  | { readonly kind: 'redirect'; readonly url: string; readonly state: string; readonly tokens: readonly TokenView[] }
  | {
      readonly kind: 'continue';
      readonly method: string;
      readonly query: JsonObject;
      readonly body: JsonObject;
      readonly tokens: readonly TokenView[];
    }
  | FactorStepDetails
  | { readonly kind: 'factor answer'; readonly type: string; readonly isApproved: boolean }
  | { readonly kind: 'form'; readonly id: string; readonly fields: JsonObject; readonly vars: readonly string[] }
  | { readonly kind: 'form answer'; readonly id: string; readonly fields: JsonObject; readonly isCanceled: boolean }
  | { readonly kind: 'user changed'; readonly userId: string; readonly email: string }
  | { readonly kind: 'saml'; readonly attributes: JsonObject; readonly settings: JsonObject }
  | { readonly kind: 'refusal'; readonly reason: string }
  | { readonly kind: 'warning'; readonly message: string }
  | {
      readonly kind: 'denied';
      /** Default: "The app gets an error". */
      readonly title?: string;
      readonly error: string;
      readonly description: string;
    }
  | {
      readonly kind: 'completed';
      /** The tenant's next action. Default: it sends the app a code. */
      readonly next?: string;
    }
  | NoteDetails
  | ({ readonly kind: 'tokens' } & IssuedTokens);

export type TransactionStep = StepBase & StepDetails;

/** The record of a login, or of another run of Actions. `/transactions/:id.json` returns it. */
export interface TransactionRecord {
  readonly id: string;
  readonly kind: RecordKind;
  readonly startedAt: string;
  readonly clientId: string;
  status: TransactionStatus;
  user?: { readonly userId: string; readonly email: string };
  /** The subject, if it is not a user. */
  title?: string;
  loggedInBy?: LoginMeans;
  /** Current transaction metadata. */
  metadata: JsonObject;
  readonly steps: TransactionStep[];
}
