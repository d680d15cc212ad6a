import type { CompactVerifyGetKey } from 'jose';
import type { Clock } from '../../auth-redirect/clock.js';
import { AuthRedirectError } from '../../auth-redirect/errors.js';
import type { JsonObject } from '../../auth-redirect/json.js';
import { checkExpiry, checkLifetime, checkNotBefore, isNumericDate } from '../../auth-redirect/token/claims.js';
import { decodeUnverified } from '../../auth-redirect/token/encoding.js';
import { checkJwtHeader } from '../../auth-redirect/token/header.js';
import type { TokenSettings } from './external.options.js';
import type { VendorAlgorithm } from './key-options.js';
import { returnRefusalOf, ReturnRefusal } from './return-refusal.js';

/**
 * Verifies a token of the vendor as strictly as a session token: size and encoding, header, signature and claims, in this order. The handle
 * is checked elsewhere, because its check needs the login.
 *
 * @returns The claims.
 * @throws ReturnRefusal
 */
export async function verifyVendorToken(
  compact: string,
  settings: TokenSettings,
  keys: CompactVerifyGetKey,
  clock: Clock,
): Promise<JsonObject> {
  try {
    const { header, payload } = decodeUnverified(compact);
    checkAlgorithm(header, settings.algorithm);
    checkJwtHeader(header);
    await checkSignature(compact, keys, settings.algorithm);
    checkClaims(payload, clock.now() / 1000, settings);
    return payload;
  } catch (error) {
    throw error instanceof AuthRedirectError ? new ReturnRefusal(error.code) : error;
  }
}

/**
 * Runs after the signature check.
 *
 * @param now Seconds since 1970, with the fraction.
 */
function checkClaims(claims: JsonObject, now: number, settings: TokenSettings): void {
  const { issuer, audience, clockTolerance } = settings;
  checkIssuer(claims, issuer);
  checkAudience(claims, audience);
  const expiresAt = checkExpiry(claims, now - clockTolerance);
  checkNotBefore(claims, now + clockTolerance);
  const issuedAt = checkIssuedAt(claims, now + clockTolerance);
  checkLifetime(issuedAt, expiresAt);
}

/** RFC 8725 section 3.1: the configuration, not the token, chooses the algorithm. Stops `none` and key confusion. */
function checkAlgorithm({ alg }: JsonObject, expected: VendorAlgorithm): void {
  if (alg !== expected) throw new ReturnRefusal('algorithm_unexpected');
}

/**
 * RFC 7515 section 5.2.
 *
 * @throws ReturnRefusal `signature_invalid`, `key_not_usable` for a key that jose rejects, like RSA with 1024 bits,
 *   and the refusals of the function `keys`.
 */
async function checkSignature(compact: string, keys: CompactVerifyGetKey, algorithm: VendorAlgorithm): Promise<void> {
  const { compactVerify } = await import('jose'); // optional peer
  try {
    await compactVerify(compact, keys, { algorithms: [algorithm] });
  } catch (error) {
    throw returnRefusalOf(error, { ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'signature_invalid' }, 'key_not_usable');
  }
}

/** RFC 7519 section 4.1.1. Compared exactly, because one key may serve several issuers. */
function checkIssuer({ iss }: JsonObject, expected: string): void {
  if (iss !== expected) throw new ReturnRefusal('issuer_unexpected');
}

/** RFC 7519 section 4.1.3. This service must be the only audience: any other audience also holds the token. */
function checkAudience({ aud }: JsonObject, expected: string): void {
  const audience: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (audience.length !== 1 || audience[0] !== expected) throw new ReturnRefusal('audience_unexpected');
}

/** RFC 7519 section 4.1.6. Without `iat` the lifetime cannot be checked. */
function checkIssuedAt({ iat }: JsonObject, latest: number): number {
  if (!isNumericDate(iat)) throw new ReturnRefusal('iat_invalid');
  if (iat > latest) throw new ReturnRefusal('iat_in_future');
  return iat;
}
