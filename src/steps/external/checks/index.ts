import { checkCompression } from '../../../auth-redirect/token/checks/check-compression.js';
import { checkContentType } from '../../../auth-redirect/token/checks/check-content-type.js';
import { checkCriticalHeaders } from '../../../auth-redirect/token/checks/check-critical-headers.js';
import { checkEmbeddedKey } from '../../../auth-redirect/token/checks/check-embedded-key.js';
import { checkExpiry } from '../../../auth-redirect/token/checks/check-expiry.js';
import { checkLifetime } from '../../../auth-redirect/token/checks/check-lifetime.js';
import { checkNotBefore } from '../../../auth-redirect/token/checks/check-not-before.js';
import { checkType } from '../../../auth-redirect/token/checks/check-type.js';
import { checkUnencodedPayload } from '../../../auth-redirect/token/checks/check-unencoded-payload.js';
import type { UnverifiedToken } from '../../../auth-redirect/token/unverified-token.js';
import type { JsonObject } from '../../../auth-redirect/json.js';
import type { ExternalSettings } from '../external-settings.js';
import { checkAlgorithm } from './check-algorithm.js';
import { checkAudience } from './check-audience.js';
import { checkIssuedAt } from './check-issued-at.js';
import { checkIssuer } from './check-issuer.js';

/** What the header may say. Comes before the signature: it decides how the signature is read. */
export function checkHeader(token: UnverifiedToken, { algorithm }: ExternalSettings): void {
  checkAlgorithm(token, algorithm);
  checkCriticalHeaders(token);
  checkType(token);
  checkContentType(token);
  checkCompression(token);
  checkUnencodedPayload(token);
  checkEmbeddedKey(token);
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
