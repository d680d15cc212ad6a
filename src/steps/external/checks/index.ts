import type { JsonObject } from '../../../auth-redirect/json.js';
import { checkExpiry, checkLifetime, checkNotBefore } from '../../../auth-redirect/token/claims.js';
import type { ExternalSettings } from '../external-settings.js';
import { checkAudience } from './check-audience.js';
import { checkIssuedAt } from './check-issued-at.js';
import { checkIssuer } from './check-issuer.js';
import { ReturnRefusal } from '../return-refusal.js';
import type { VendorAlgorithm } from '../vendor-algorithm.js';

/** RFC 8725 section 3.1: the configuration, not the token, chooses the algorithm. Stops `none` and key confusion. */
export function checkAlgorithm({ alg }: JsonObject, expected: VendorAlgorithm): void {
  if (alg !== expected) throw new ReturnRefusal('algorithm_unexpected');
}

/**
 * What the claims may say. Comes after the signature; the handle is not here, because it takes the login to judge it.
 *
 * @param now Seconds since 1970, with the fraction.
 */
export function checkClaims(
  claims: JsonObject,
  now: number,
  { issuer, audience, clockTolerance }: ExternalSettings,
): void {
  checkIssuer(claims, issuer);
  checkAudience(claims, audience);
  const expiresAt = checkExpiry(claims, now - clockTolerance);
  checkNotBefore(claims, now + clockTolerance);
  const issuedAt = checkIssuedAt(claims, now + clockTolerance);
  checkLifetime(issuedAt, expiresAt);
}
