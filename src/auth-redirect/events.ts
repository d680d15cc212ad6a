import type { RefusalCause, RefusalCode } from './errors.js';

interface RequestEvent {
  /** The reference id that the person was shown, or would be on a refusal. */
  readonly reference: string;
  /** Name of the tenant, where the token's issuer is known. */
  readonly tenant?: string;
  /** HTTP status that was answered. */
  readonly status: number;
  /** From the start of the handler to the written answer, in milliseconds. */
  readonly durationMs: number;
}

/**
 * A login that was sent on. Holds nothing of the token.
 *
 * @publicApi
 */
export interface CompletedEvent extends RequestEvent {
  readonly tenant: string;
  /** `denied` where a step, or the person, ended it. */
  readonly outcome: 'completed' | 'denied';
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

/** @param error What was thrown; anything. */
export function faultOf(error: unknown): Fault {
  if (!(error instanceof Error)) return { name: typeof error, frames: [] };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  return { name: error.name, ...code, frames: framesOf(error) };
}

function framesOf({ stack = '' }: Error): string[] {
  return stack
    .split('\n')
    .filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line))
    .slice(0, 8)
    .map((line) => line.trim().slice('at '.length));
}
