import type { SessionToken } from '../session-token.js';
import type { RefusalCause, RefusalCode } from '../errors.js';

interface RequestEvent extends Traced {
  /** The reference id that the person was shown, or would be on a refusal. */
  readonly reference: string;
  /** Name of the tenant, where the token's issuer is known. */
  readonly tenant?: string;
  /** HTTP status that was answered. */
  readonly status: number;
  /** From the start of the handler to the written answer, in milliseconds. */
  readonly durationMs: number;
}

/** Where a request belongs in a distributed trace (W3C Trace Context, level 1). Both are there or neither. */
export interface Traced {
  /** `trace-id` of the request's `traceparent`: 32 hexadecimal digits. */
  readonly traceId?: string;
  /** `parent-id` of it, the caller's span: 16 hexadecimal digits. */
  readonly spanId?: string;
}

/**
 * A login that was sent back to its tenant, which lets it go on. Holds nothing of the token.
 *
 * @publicApi
 */
export interface CompletedEvent extends RequestEvent {
  readonly tenant: string;
  readonly outcome: 'completed';
}

/**
 * A login that was sent back to its tenant as denied: a step, or the person, ended it. Holds nothing of the token.
 *
 * @publicApi
 */
export interface DeniedEvent extends RequestEvent {
  readonly tenant: string;
  readonly outcome: 'denied';
  /** Why, in the step's word; `cancelled` where the person gave up. */
  readonly error: string;
}

/**
 * The login that an event is about, for records of who did what. It identifies the user: keep it out of logs.
 *
 * @publicApi
 */
export interface EndedLogin {
  /** The verified session token. */
  readonly sessionToken: SessionToken;
  /** What the steps gave, by step id. Empty where none was taken. */
  readonly steps: Readonly<Record<string, unknown>>;
}

/**
 * A login that is in the middle of its steps: a page was shown (status 200), shown again with what is wrong (422), or the
 * browser was sent to the step (303).
 *
 * @publicApi
 */
export interface StepEvent extends RequestEvent {
  readonly tenant: string;
  /** Id of the step. */
  readonly step: string;
}

/**
 * A step of a login came to its result. Told once for each, however often its form is posted; what happens to the request is told
 * by another event.
 *
 * @publicApi
 */
export interface StepEndedEvent extends Traced {
  /** The reference id of the request that it ended with. */
  readonly reference: string;
  readonly tenant: string;
  /** Id of the step. */
  readonly step: string;
  /** `denied` where the step, or the person, ended the login. */
  readonly outcome: 'completed' | 'denied';
}

/**
 * A request that was refused. Holds nothing of the request.
 *
 * @publicApi
 */
export interface RefusedEvent extends RequestEvent {
  readonly code: RefusalCode;
  readonly cause: RefusalCause;
  /** Where the cause is not the request: what was thrown, without its message, which may quote the request. */
  readonly fault?: Fault;
}

/**
 * The secrets of a tenant were read again.
 *
 * @publicApi
 */
export interface KeysEvent {
  /** Name of the tenant. */
  readonly tenant: string;
  /** `changed`: others are in use now. `kept`: those there are now cannot be used, and the ones before stay. */
  readonly outcome: 'changed' | 'kept';
  /** Why they are kept; never a secret. */
  readonly problem?: string;
}

/** An unexpected error, reduced to what cannot hold anything that a request brought. */
export interface Fault {
  readonly name: string;
  /** A system or library error's own `code`. */
  readonly code?: string;
  /** Where it was thrown: `function (file:line:column)`, innermost first. */
  readonly frames: readonly string[];
}
