import type { SessionKey } from './session-key.js';

/** One Auth0 tenant, or one custom domain of it. */
export interface Tenant {
  /** For logs: the host of the issuer. */
  readonly name: string;
  /** The exact `iss` of its session tokens. */
  readonly issuer: string;
  /** Where the continue page posts to, without the state. */
  readonly continueUrl: string;
  /** The current key first; then the previous one, while logins that began before a rotation are under way. */
  readonly keys: readonly [current: SessionKey, ...previous: SessionKey[]];
}
