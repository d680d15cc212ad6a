import { AuthRedirectError } from '../../errors.js';

/** Longest time from `iat` to `exp`, in seconds: no login transaction at Auth0 lives longer. */
export const LIFETIME_MAX_SECONDS = 3600;

/** A token that outlives its login is a token to steal. */
export function checkLifetime(issuedAt: number, expiresAt: number): void {
  if (expiresAt - issuedAt > LIFETIME_MAX_SECONDS) throw new AuthRedirectError('lifetime_too_long');
}
