import { AuthRedirectError } from '../../errors.js';
import { LIFETIME_MAX_SECONDS } from '../../validation/problems.js';

/** A token that outlives its login is a token to steal; one that expires before it is issued was not made by `encodeToken`. */
export function checkLifetime(issuedAt: number, expiresAt: number): void {
  if (expiresAt <= issuedAt) throw new AuthRedirectError('exp_before_iat');
  if (expiresAt - issuedAt > LIFETIME_MAX_SECONDS) throw new AuthRedirectError('lifetime_too_long');
}
