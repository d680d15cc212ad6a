import type { Json, JsonObject } from '../json.js';

/** Whether the user has to complete an enrolled factor, or enroll a new one. */
export type FactorMode = 'challenge' | 'enroll';

/** A factor that an Action requests. */
export interface FactorPause {
  readonly kind: 'factor';
  readonly mode: FactorMode;
  /** One of these has to be completed. */
  readonly types: readonly string[];
  /** Whether the user selects a factor first; otherwise the first one is selected. */
  readonly isSelection: boolean;
  /** Whether the page offers to remember the browser. */
  readonly canRemember?: boolean;
}

export interface FormPause {
  readonly kind: 'form';
  readonly id: string;
  /** The initial values of the fields. */
  readonly fields: JsonObject;
  readonly vars: JsonObject;
}

/** Another site that an Action sends the user to. */
export interface RedirectPause {
  readonly kind: 'redirect';
  /** The arguments of `sendUserTo`. */
  readonly args: readonly Json[];
}

/** Something that the user has to do between two Actions. */
export type LoginPause = FactorPause | FormPause | RedirectPause;

export type TenantPage = FactorPause | FormPause;

export interface FactorAnswer {
  readonly isApproved: boolean;
  readonly type: string;
  readonly isRemembered: boolean;
}
