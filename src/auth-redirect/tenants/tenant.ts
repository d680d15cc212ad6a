import type { Brand } from './brand.js';
import type { KeyRing } from './key-ring.js';

/** An Auth0 tenant with one of its issuers. */
export interface Tenant {
  /** Name in logs and metrics. */
  readonly name: string;
  /** The exact `iss` of its session tokens. */
  readonly issuer: string;
  /** URL that the continue page posts to, without the state. */
  readonly continueUrl: string;
  readonly keyRing: KeyRing;
  /** The accepted `aud` of session tokens. */
  readonly audience: string | undefined;
  /** Lifetime of the continue token, in seconds. */
  readonly continueTokenLifetime: number | undefined;
  /** Ids of the steps of a login whose session token names none; undefined: all registered steps. */
  readonly defaultSteps: readonly string[] | undefined;
  readonly sessionTokenParameter: string;
  /** Name of the form field with the continue token. */
  readonly continueTokenParameter: string;
  readonly signInUrl: string | undefined;
  readonly brand: Brand;
}
