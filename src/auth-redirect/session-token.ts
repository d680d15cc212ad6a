import type { JsonObject } from './json.js';

/**
 * Represents a session token that passed every check.
 *
 * @publicApi
 */
export interface SessionToken {
  /** Name of the tenant that signed it. */
  readonly tenant: string;
  /** `iss`, exactly as in the token. */
  readonly issuer: string;
  /** `sub`: Auth0 user id. */
  readonly subject: string;
  /** `iat`, seconds since 1970, possibly with a fraction. */
  readonly issuedAt: number;
  /** `exp`, seconds since 1970, possibly with a fraction. */
  readonly expiresAt: number;
  /** `nonce`: the Action's random id of this login. */
  readonly nonce?: string;
  /** `jti`, if the Action set one. */
  readonly tokenId?: string;
  /** All claims, including `iss`, `sub`, `iat` and `exp`. */
  readonly claims: JsonObject;
}

/**
 * Describes the result of a login's steps, as claims of the continue token.
 *
 * @publicApi
 */
export type StepsOutcome =
  | { readonly outcome: 'completed'; readonly steps: Readonly<Record<string, unknown>> }
  | {
      readonly outcome: 'denied';
      readonly steps: Readonly<Record<string, unknown>>;
      readonly error: string;
      readonly error_description: string;
    };
