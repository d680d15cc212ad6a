import type { UnverifiedToken } from '../unverified-token.js';
import type { JsonObject } from '../../json.js';
import { checkAlgorithm } from './check-algorithm.js';
import { checkAudience } from './check-audience.js';
import { checkCompression } from './check-compression.js';
import { checkContentType } from './check-content-type.js';
import { checkCriticalHeaders } from './check-critical-headers.js';
import { checkEmbeddedKey } from './check-embedded-key.js';
import { checkExpiry } from './check-expiry.js';
import { checkIssuedAt } from './check-issued-at.js';
import { checkKeyId } from './check-key-id.js';
import { checkLifetime } from './check-lifetime.js';
import { checkNonce } from './check-nonce.js';
import { checkNotBefore } from './check-not-before.js';
import { checkSubject } from './check-subject.js';
import { checkTokenId } from './check-token-id.js';
import { checkType } from './check-type.js';
import { checkUnencodedPayload } from './check-unencoded-payload.js';

const HEADER_CHECKS: readonly ((token: UnverifiedToken) => void)[] = [
  checkAlgorithm,
  checkCriticalHeaders,
  checkType,
  checkContentType,
  checkCompression,
  checkUnencodedPayload,
  checkEmbeddedKey,
  checkKeyId,
];

/** What the header may say. Comes before the signature: it decides how the signature is read. */
export function checkHeader(token: UnverifiedToken): void {
  for (const check of HEADER_CHECKS) check(token);
}

/** The claims as they are after {@link checkClaims}. */
export interface CheckedClaims {
  readonly subject: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly nonce: string | undefined;
  readonly tokenId: string | undefined;
}

/**
 * What the claims may say. Comes after the signature; `iss` is not here, because it chose the tenant.
 *
 * @param now Seconds since 1970, with the fraction.
 */
export function checkClaims(claims: JsonObject, now: number, audience: string | undefined): CheckedClaims {
  const expiresAt = checkExpiry(claims, now);
  checkNotBefore(claims, now);
  const issuedAt = checkIssuedAt(claims, now);
  checkLifetime(issuedAt, expiresAt);
  const subject = checkSubject(claims);
  checkAudience(claims, audience);
  const nonce = checkNonce(claims);
  const tokenId = checkTokenId(claims);
  return { subject, issuedAt, expiresAt, nonce, tokenId };
}
