import type { SessionToken } from '../session-token.js';
import type { RefusalCause, RefusalCode, UnknownIssuer, ViewPlace } from '../errors.js';

interface RequestEvent extends Traced {
  /** The reference id of the request, which an error page shows. */
  readonly reference: string;
  /** Name of the tenant, if the token's issuer is known. */
  readonly tenant?: string;
  /** HTTP status of the answer. */
  readonly status: number;
  /** From the start of the handler to the written answer, in milliseconds. */
  readonly durationMs: number;
}

/** The place of a request in a distributed trace (W3C Trace Context, level 1). Has both members or neither. */
export interface Traced {
  /** `trace-id` of the request's `traceparent`: 32 hexadecimal digits. */
  readonly traceId?: string;
  /** `parent-id` of the request's `traceparent`, the caller's span: 16 hexadecimal digits. */
  readonly spanId?: string;
}

/**
 * Reports a login that was sent back to its tenant and continues. Holds nothing of the token.
 *
 * @publicApi
 */
export interface CompletedEvent extends RequestEvent {
  readonly tenant: string;
  readonly outcome: 'completed';
}

/**
 * Reports a login that a step or the person ended, and that was sent back to its tenant as denied. Holds nothing of the token.
 *
 * @publicApi
 */
export interface DeniedEvent extends RequestEvent {
  readonly tenant: string;
  readonly outcome: 'denied';
  /** The step's error word; `cancelled` if the person gave up. */
  readonly error: string;
}

/**
 * The login of an event, for records of who did what. It identifies the user: keep it out of logs.
 *
 * @publicApi
 */
export interface EndedLogin {
  /** The verified session token. */
  readonly sessionToken: SessionToken;
  /** The steps' data, by step id. Empty for a login without steps. */
  readonly steps: Readonly<Record<string, unknown>>;
}

/**
 * Reports a login that is in one of its steps: its page was shown (status 200), shown again with problems (422), or the browser was
 * sent to it (303).
 *
 * @publicApi
 */
export interface StepEvent extends RequestEvent {
  readonly tenant: string;
  /** Id of the step. */
  readonly step: string;
}

/**
 * Reports the result of a step, once, however often its form is posted. Another event reports the request.
 *
 * @publicApi
 */
export interface StepEndedEvent extends Traced {
  /** The reference id of the request that ended the step. */
  readonly reference: string;
  readonly tenant: string;
  /** Id of the step. */
  readonly step: string;
  /** `skipped` if the user skipped an optional step; `denied` if the step or the user ended the login. */
  readonly outcome: 'completed' | 'skipped' | 'denied';
}

/**
 * Reports a refused request. Holds nothing of the request, except for `unverifiedIssuer`.
 *
 * @publicApi
 */
export interface RefusedEvent extends RequestEvent, UnknownIssuer {
  readonly code: RefusalCode;
  readonly cause: RefusalCause;
  /** Id of the step that the login had reached, if any. */
  readonly step?: string;
  /** The error, if the cause is not the request. */
  readonly fault?: Fault;
}

/**
 * Reports that the secrets of a tenant were read again.
 *
 * @publicApi
 */
export interface KeysEvent {
  /** Name of the tenant. */
  readonly tenant: string;
  /** `changed`: the new secrets are in use. `kept`: the new secrets cannot be used, and the previous ones stay. */
  readonly outcome: 'changed' | 'kept';
  /** Why the new secrets cannot be used; never a secret. */
  readonly problem?: string;
}

/** An unexpected error, reduced to what cannot quote a request, except for its message. */
export interface Fault {
  readonly name: string;
  /** A system or library error's own `code`. */
  readonly code?: string;
  /** The message, or its first and last 250 characters, which may quote the request. Absent if `NODE_ENV` is `production`. */
  readonly message?: string;
  /** The place in a template, if the page could not be rendered. */
  readonly view?: ViewPlace;
  /** The stack: `function (file:line:column)`, innermost first. */
  readonly frames: readonly string[];
  /** The error that caused it, without its message. */
  readonly cause?: Fault;
}
