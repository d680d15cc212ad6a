import type { SessionToken } from '../session-token.js';
import type { RefusalCause, RefusalCode, UnknownIssuer, ViewPlace } from '../errors.js';

interface RequestEvent extends Traced {
  /** Reference id, which an error page shows. */
  readonly reference: string;
  /** Name of the tenant, if the token's issuer is known. */
  readonly tenant?: string;
  /** HTTP status of the answer. */
  readonly status: number;
  /** Milliseconds from the start of the handler to the finished answer. */
  readonly durationMs: number;
}

/** Identifies a request in a distributed trace (W3C Trace Context, level 1). Both members are set, or neither. */
export interface Traced {
  /** `trace-id` of `traceparent`: 32 hexadecimal digits. */
  readonly traceId?: string;
  /** `parent-id` of `traceparent`, the caller's span: 16 hexadecimal digits. */
  readonly spanId?: string;
}

/**
 * Reports a login that goes back to its tenant and continues. Contains no token data.
 *
 * @publicApi
 */
export interface CompletedEvent extends RequestEvent {
  readonly tenant: string;
  readonly outcome: 'completed';
}

/**
 * Reports a denied login, which a step or the user ended. Contains no token data.
 *
 * @publicApi
 */
export interface DeniedEvent extends RequestEvent {
  readonly tenant: string;
  readonly outcome: 'denied';
  /** The step's error code; `cancelled` if the user gave up. */
  readonly error: string;
}

/**
 * Describes the login of an event, for audit records. It identifies the user: keep it out of logs.
 *
 * @publicApi
 */
export interface EndedLogin {
  /** The verified session token. */
  readonly sessionToken: SessionToken;
  /** The steps' data, by step id. Empty without steps. */
  readonly steps: Readonly<Record<string, unknown>>;
}

/**
 * Reports that a step was shown (status 200), shown again with problems (422), or that the browser was redirected to it (303).
 *
 * @publicApi
 */
export interface StepEvent extends RequestEvent {
  readonly tenant: string;
  /** Id of the step. */
  readonly step: string;
}

/**
 * Reports the result of a step, once, even if its form is posted repeatedly. Another event reports the request.
 *
 * @publicApi
 */
export interface StepEndedEvent extends Traced {
  /** Reference id of the request that ended the step. */
  readonly reference: string;
  readonly tenant: string;
  /** Id of the step. */
  readonly step: string;
  /** `skipped`: the user skipped an optional step; `denied`: the step or the user ended the login. */
  readonly outcome: 'completed' | 'skipped' | 'denied';
}

/**
 * Reports a refused request. Contains no request data except `unverifiedIssuer`.
 *
 * @publicApi
 */
export interface RefusedEvent extends RequestEvent, UnknownIssuer {
  readonly code: RefusalCode;
  readonly cause: RefusalCause;
  /** Id of the step that the login had reached, if any. */
  readonly step?: string;
  /** With `too_many_requests`: the code that the request would have had without the limit. */
  readonly originalCode?: RefusalCode;
  /** The internal error, if the request is not the cause. */
  readonly fault?: Fault;
}

/**
 * Reports that a tenant's secrets were read again.
 *
 * @publicApi
 */
export interface KeysEvent {
  /** Name of the tenant. */
  readonly tenant: string;
  /** `changed`: the new secrets are in use. `kept`: they cannot be used, and the old ones stay in use. */
  readonly outcome: 'changed' | 'kept';
  /** The reason why the new secrets cannot be used. Contains no secret. */
  readonly problem?: string;
}

/** Describes an unexpected error. Only its message may contain request data. */
export interface Fault {
  readonly name: string;
  /** `code` of a system or library error. */
  readonly code?: string;
  /** The message, or its first and last 250 characters. It may quote the request. Absent if `NODE_ENV` is `production`. */
  readonly message?: string;
  /** Position in the template, if the page could not be rendered. */
  readonly view?: ViewPlace;
  /** The stack: `function (file:line:column)`, innermost first. */
  readonly frames: readonly string[];
  /** The cause of this error, without its message. */
  readonly cause?: Fault;
}
