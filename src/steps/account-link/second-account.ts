import { createHash } from 'node:crypto';
import type { IDToken } from 'openid-client';
import type { SessionToken } from '../../auth-redirect/session-token.js';
import type { AccountLinkSettings } from './account-link.options.js';
import { LinkRefusal } from './link-refusal.js';

/** Auth0's longest `sub` is far shorter. */
const SUB_MAX_LENGTH = 255;

interface Expected {
  readonly settings: Pick<AccountLinkSettings, 'clockTolerance' | 'requireVerifiedEmail' | 'sameEmail'>;
  readonly sessionToken: Pick<SessionToken, 'subject' | 'claims'>;
  readonly accessToken: string;
  /** Start of the attempt, in seconds since 1970. */
  readonly startedAt: number;
}

/**
 * Checks the second account. openid-client has verified signature, issuer, audience, nonce and dates of its ID token.
 *
 * @throws LinkRefusal
 */
export function checkSecondAccount(claims: IDToken, expected: Expected): void {
  const { settings, sessionToken, startedAt } = expected;
  checkAccessTokenHash(claims, expected.accessToken);
  checkFreshLogin(claims, startedAt - settings.clockTolerance);
  checkSubject(claims);
  checkOtherAccount(claims, sessionToken);
  if (settings.requireVerifiedEmail) checkVerifiedEmail(claims);
  if (settings.sameEmail) checkSameEmail(claims, sessionToken);
}

/** OpenID Connect Core section 3.1.3.8. RS256 and PS256 both hash with SHA-256. */
function checkAccessTokenHash({ at_hash: hash }: IDToken, accessToken: string): void {
  if (hash === undefined) return;
  const expected = createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url');
  if (hash !== expected) throw new LinkRefusal('access_token_hash_invalid');
}

/** An existing session at the tenant proves nothing about the person in front of the browser. */
function checkFreshLogin({ auth_time: time }: IDToken, earliest: number): void {
  if (typeof time !== 'number' || !Number.isFinite(time)) throw new LinkRefusal('auth_time_invalid');
  if (time < earliest) throw new LinkRefusal('login_not_fresh');
}

/** The Action needs the provider before the bar. */
function checkSubject({ sub }: IDToken): void {
  if (sub.length > SUB_MAX_LENGTH || !/^[^|\s]+\|\P{Control}+$/u.test(sub)) throw new LinkRefusal('sub_invalid');
}

/** An identity that is already linked to the first account logs in as the first account. */
function checkOtherAccount({ sub }: IDToken, { subject }: Expected['sessionToken']): void {
  if (sub === subject) throw new LinkRefusal('same_account');
}

function checkVerifiedEmail({ email, email_verified: isVerified }: IDToken): void {
  if (typeof email !== 'string' || email === '' || isVerified !== true) throw new LinkRefusal('email_not_verified');
}

/** Compares with the claim of the session token, which the Action sets. */
function checkSameEmail({ email: second }: IDToken, sessionToken: Expected['sessionToken']): void {
  if (typeof second !== 'string' || lowerCase(second) !== lowerCase(checkFirstEmail(sessionToken)))
    throw new LinkRefusal('email_differs');
}

/** Changes A-Z only: `toLowerCase` maps some other characters, like the Kelvin sign, to the letters of another address. */
function lowerCase(address: string): string {
  return address.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/**
 * Returns the verified address of the first account.
 *
 * @throws LinkRefusal `first_email_not_verified`
 */
export function checkFirstEmail({ claims: { email, email_verified: isVerified } }: Expected['sessionToken']): string {
  if (typeof email !== 'string' || email === '' || isVerified !== true)
    throw new LinkRefusal('first_email_not_verified');
  return email;
}
