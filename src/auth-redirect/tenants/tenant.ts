import type { Brand } from './brand.js';
import type { KeyRing } from './key-ring.js';

/** One Auth0 tenant, or one custom domain of it. */
export interface Tenant {
  /** Name in logs and metrics. */
  readonly name: string;
  /** The exact `iss` of its session tokens. */
  readonly issuer: string;
  /** Address that the continue page posts to, without the state. */
  readonly continueUrl: string;
  readonly keyRing: KeyRing;
  /** The `aud` that a session token may carry. */
  readonly audience: string | undefined;
  /** Seconds. */
  readonly continueTokenLifetime: number | undefined;
  /** Ids of the steps of a login whose session token names none; undefined: all registered steps. */
  readonly defaultSteps: readonly string[] | undefined;
  /** Name of the query parameter that brings its session tokens. */
  readonly sessionTokenParameter: string;
  /** Name of the form field that takes the continue token. */
  readonly continueTokenParameter: string;
  readonly signInUrl: string | undefined;
  readonly brand: Brand;
}
