import type { Json, JsonObject } from '../json.js';
import type { CheckResult } from '../redirect/validate-token.js';

/** What a record is about. */
export type RecordKind = 'login' | 'sign-up' | 'password reset' | 'client credentials' | 'phone message';

/** Where a login stands. */
export type TransactionStatus =
  | 'logging in'
  | 'running actions'
  | 'redirected'
  | 'waiting for the user'
  | 'completed'
  | 'denied'
  | 'failed'
  | 'interaction required';

/** How a user came to be known: on the login page, by an earlier login, or by what the token request holds. */
export type LoginMeans = 'form' | 'session' | 'refresh token' | 'password' | 'subject token';

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
  /** Something that the Action's author should know. */
  readonly hint?: string;
  /** Why the call has no effect at Auth0, and so none here. */
  readonly ignored?: string;
}

/** Why an Action failed. */
export interface Failure {
  readonly message: string;
  /** What led to it, from the `cause` of the error; several in a row are separated by colons. */
  readonly cause?: string;
  /** The frames within the Action, with paths as seen from its folder. */
  readonly stack: string;
  /** The statement in the Action's own code at which it failed. */
  readonly at?: { readonly file: string; readonly line: number; readonly statement: string };
}

/** Something that went wrong beside the handler: a timer that threw, a rejection that nobody awaited. */
export interface FailureEntry extends Failure {
  readonly type: 'failure';
  /** Whether the handler had ended before. */
  readonly late: boolean;
}

/** What an Action did, in the order in which it did. */
export type ActionEntry = LogEntry | CallEntry | FailureEntry;

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
  /** Absent if the app asked for none. */
  readonly accessToken?: JsonObject | 'opaque';
}

/** When a step happened. */
export interface StepBase {
  /** ISO 8601. */
  readonly at: string;
  /** Milliseconds since the login began. */
  readonly offsetMs: number;
}

/** One handler of an Action. */
export interface ActionStepDetails {
  readonly kind: 'action';
  readonly trigger: string;
  readonly action: string;
  readonly file: string;
  readonly handler: string;
  /** The event that it got, masked. */
  readonly event: JsonObject;
  /** It grows while the Action runs. */
  readonly entries: ActionEntry[];
  /** Milliseconds; absent while it runs. */
  durationMs?: number;
  error?: Failure;
  skipped?: 'not exported';
  /** The name of an export that may be meant to be the handler. */
  misspelled?: string;
}

/** Something that the tenant did. */
export interface NoteDetails {
  readonly kind: 'note';
  readonly tone: 'plain' | 'good' | 'bad' | 'out' | 'in';
  readonly title: string;
  readonly facts: JsonObject;
  /** A page of the tenant: the link of an email that was not sent. */
  readonly link?: { readonly path: string; readonly text: string };
}

/** A factor that the user is asked for. */
export interface FactorStepDetails {
  readonly kind: 'factor';
  readonly mode: 'challenge' | 'enroll';
  readonly offered: readonly string[];
  readonly ignored: readonly { readonly type: string; readonly reason: string }[];
  /** Why the user is not asked. */
  readonly note?: string;
}

/** What happened in one moment of a login. */
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
      /** What the tenant does now. Default: it gives the app a code. */
      readonly next?: string;
    }
  | NoteDetails
  | ({ readonly kind: 'tokens' } & IssuedTokens);

/** A step of the timeline. */
export type TransactionStep = StepBase & StepDetails;

/** One login from the authorize request to the tokens, or what ran without a login: what `/transactions/:id.json` answers with. */
export interface TransactionRecord {
  readonly id: string;
  readonly kind: RecordKind;
  readonly startedAt: string;
  readonly clientId: string;
  status: TransactionStatus;
  user?: { readonly userId: string; readonly email: string };
  /** Whom or what the record is about, if it is not a user. */
  title?: string;
  loggedInBy?: LoginMeans;
  /** Transaction metadata as it stands, once an Action has set some. */
  metadata: JsonObject;
  readonly steps: TransactionStep[];
}
