import type { Brand } from './brand.js';
import type { KeyRing } from './key-ring.js';

/** An Auth0 tenant with one of its issuers. */
export interface Tenant {
  readonly name: string;
  /** The exact `iss` of its session tokens. */
  readonly issuer: string;
  /** Continue URL without the state. */
  readonly continueUrl: string;
  readonly keyRing: KeyRing;
  readonly audience: string | undefined;
  /** Lifetime in seconds. */
  readonly continueTokenLifetime: number | undefined;
  /** Steps for a session token without the claim `steps`; undefined: all registered steps. */
  readonly defaultSteps: readonly string[] | undefined;
  readonly sessionTokenParameter: string;
  readonly continueTokenParameter: string;
  readonly signInUrl: string | undefined;
  readonly brand: Brand;
}
