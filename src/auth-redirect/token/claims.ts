import { AuthRedirectError } from '../errors.js';
import type { JsonObject } from '../json.js';
import type { SessionToken } from '../session-token.js';
import { LIFETIME_MAX_SECONDS } from '../validation/problems.js';

/** Limit for `iat` ahead of the service's clock. */
export const ISSUED_AHEAD_MAX_SECONDS = 60;

/** Limit in characters. */
export const SUBJECT_MAX_LENGTH = 1024;

/** Control characters, line and paragraph separators, bidi embeddings, overrides and isolates, lone surrogates. */
const UNSAFE = /[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]/u;

export type CheckedClaims = Pick<SessionToken, 'subject' | 'issuedAt' | 'expiresAt' | 'nonce' | 'tokenId'>;

/**
 * Runs after the signature is verified. `iss` has selected the tenant.
 *
 * @param now Seconds since 1970, with the fraction.
 * @param audience The allowed `aud`.
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
  return {
    subject,
    issuedAt,
    expiresAt,
    ...(nonce !== undefined && { nonce }),
    ...(tokenId !== undefined && { tokenId }),
  };
}

/** RFC 7519 section 4.1.4, with zero clock skew: a token is valid before `exp`, not at `exp`. */
export function checkExpiry({ exp }: JsonObject, now: number): number {
  if (!isNumericDate(exp)) throw new AuthRedirectError('exp_invalid');
  if (now >= exp) throw new AuthRedirectError('token_expired');
  return exp;
}

/** RFC 7519 section 4.1.5, with zero clock skew. */
export function checkNotBefore({ nbf }: JsonObject, now: number): void {
  if (nbf === undefined) return;
  if (!isNumericDate(nbf)) throw new AuthRedirectError('nbf_invalid');
  if (now < nbf) throw new AuthRedirectError('token_not_yet_valid');
}

/** `encodeToken` always writes `iat`. Without it, the lifetime is unknown. */
function checkIssuedAt({ iat }: JsonObject, now: number): number {
  if (!isNumericDate(iat)) throw new AuthRedirectError('iat_invalid');
  if (iat > now + ISSUED_AHEAD_MAX_SECONDS) throw new AuthRedirectError('iat_in_future');
  return iat;
}

/** A token must not outlive its login. `encodeToken` creates no token that expires before it is issued. */
export function checkLifetime(issuedAt: number, expiresAt: number): void {
  if (expiresAt <= issuedAt) throw new AuthRedirectError('exp_before_iat');
  if (expiresAt - issuedAt > LIFETIME_MAX_SECONDS) throw new AuthRedirectError('lifetime_too_long');
}

/** RFC 7519 section 4.1.2. Other systems and logs show `sub`: no invisible or reordering characters. */
function checkSubject({ sub }: JsonObject): string {
  if (typeof sub !== 'string' || sub === '' || sub.trim() !== sub) throw new AuthRedirectError('sub_invalid');
  if (UNSAFE.test(sub) || lengthOf(sub) > SUBJECT_MAX_LENGTH) throw new AuthRedirectError('sub_invalid');
  return sub;
}

/** RFC 7519 section 4.1.3. `encodeToken` writes no `aud`, so it must be configured. */
function checkAudience({ aud }: JsonObject, expected: string | undefined): void {
  if (aud === undefined) return;
  const audience: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  const isExpected = expected !== undefined && audience.includes(expected);
  if (!isExpected || !audience.every((member) => typeof member === 'string')) {
    throw new AuthRedirectError('aud_unexpected');
  }
}

/** The Action compares the nonce with its own, which is a string. */
function checkNonce({ nonce }: JsonObject): string | undefined {
  if (nonce === undefined) return undefined;
  if (typeof nonce !== 'string' || nonce === '') throw new AuthRedirectError('nonce_invalid');
  return nonce;
}

/** RFC 7519 section 4.1.7: `jti` is a string. */
function checkTokenId({ jti }: JsonObject): string | undefined {
  if (jti === undefined) return undefined;
  if (typeof jti !== 'string' || jti === '') throw new AuthRedirectError('jti_invalid');
  return jti;
}

/** RFC 7519 section 2: fractions are allowed. Rejects `1e400`, which parses to Infinity. */
export function isNumericDate(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** A character outside the basic plane has two code units. */
function lengthOf(text: string): number {
  return text.length > SUBJECT_MAX_LENGTH ? Array.from(text).length : text.length;
}
