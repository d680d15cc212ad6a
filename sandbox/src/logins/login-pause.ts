import type { Json, JsonObject } from '../json.js';

/** The user completes an enrolled factor, or enrolls a new one. */
export type FactorMode = 'challenge' | 'enroll';

export interface FactorPause {
  readonly kind: 'factor';
  readonly mode: FactorMode;
  /** The user has to complete one of these. */
  readonly types: readonly string[];
  /** If false, the first factor is selected. */
  readonly isSelection: boolean;
  /** Whether the page offers to remember the browser. */
  readonly canRemember?: boolean;
}

export interface FormPause {
  readonly kind: 'form';
  readonly id: string;
  /** Initial values of the fields. */
  readonly fields: JsonObject;
  readonly vars: JsonObject;
}

/** A redirect to another site. */
export interface RedirectPause {
  readonly kind: 'redirect';
  /** The arguments of `sendUserTo`. */
  readonly args: readonly Json[];
}

/** A task of the user between two Actions. */
export type LoginPause = FactorPause | FormPause | RedirectPause;

export type TenantPage = FactorPause | FormPause;

export interface FactorAnswer {
  readonly isApproved: boolean;
  readonly type: string;
  readonly isRemembered: boolean;
}
