import { Injectable } from '@nestjs/common';
import { Clock } from '../clock.js';
import { AuthRedirectError, UnverifiedSessionTokenError } from '../errors.js';
import { checkState } from './redirect-parameters.js';
import type { SessionKey } from '../tenants/session-key.js';
import type { Tenant } from '../tenants/tenant.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { digest } from '../replay/digest.js';
import { checkClaims, checkHeader } from './checks/index.js';
import type { StepsOutcome } from './steps-outcome.js';
import { checkSignature } from './checks/check-signature.js';
import type { SessionToken } from '../session-token.js';
import { decodeUnverified, type UnverifiedToken } from './unverified-token.js';
import { VerifiedToken } from './verified-token.js';

/**
 * Verifies the session token that an Action made, and signs the continue token that answers it.
 *
 * @publicApi
 */
@Injectable()
export class ContinueTokenService {
  constructor(
    private readonly tenants: TenantsService,
    private readonly clock: Clock,
  ) {}

  /**
   * Every check there is, in order: encoding, header, issuer, signature, claims. HS256 only, clock skew zero.
   *
   * @param sessionToken The compact JWT, as it came in the parameter `session_token`.
   * @throws AuthRedirectError Nothing else is thrown. `token_expired` where only the time is wrong; the other codes
   *   `token_*`, `*_not_allowed`, `critical_header_not_supported`, `issuer_unknown`, `signature_invalid` and `*_invalid`
   *   name the check that failed.
   */
  verify(sessionToken: string): SessionToken {
    const token = decodeUnverified(sessionToken);
    checkHeader(token);
    const tenant = this.tenants.byIssuer(token.payload.iss);
    let key: SessionKey | undefined;
    try {
      key = checkSignature(token, tenant.keyRing);
      return this.#verified(token, tenant, key);
    } catch (error) {
      if (error instanceof AuthRedirectError) {
        error.tenant = tenant.name;
        // Where the signature holds it is known whose token is refused.
        if (key) error.subject = digest(tenant.name, String(token.payload.sub));
      }
      throw error;
    }
  }

  /**
   * The continue token: `iss`, `sub`, `iat`, `exp`, `state`, and `nonce` where the session token had one; no other claim is
   * copied. Where steps were taken also `outcome` and `steps`, and `error` and `error_description` where one was denied. It
   * is signed by the key that verified the session token and never outlives it.
   *
   * @param sessionToken What {@link verify} of this service returned; nothing else is answered.
   * @param state Auth0's `state` of the same request, unchanged.
   * @param outcome How the steps of this login ended; left out where there were none.
   * @throws AuthRedirectError `token_expired` where the session token has expired since, `parameter_missing`,
   *   `parameter_characters`, `parameter_too_long` for a state that no redirect carries.
   * @throws UnverifiedSessionTokenError where the token did not come from {@link verify}.
   */
  sign(sessionToken: SessionToken, state: string, outcome?: StepsOutcome): string {
    const key = this.keyOf(sessionToken);
    checkState(state);
    const iat = Math.floor(this.#now());
    return key.sign({
      iss: sessionToken.issuer,
      sub: sessionToken.subject,
      iat,
      exp: this.#expiryOf(sessionToken, iat),
      state,
      ...(sessionToken.nonce !== undefined && { nonce: sessionToken.nonce }),
      ...outcome,
    });
  }

  /**
   * The key that verified a session token.
   *
   * @throws UnverifiedSessionTokenError where the token did not come from {@link verify}.
   * @internal
   */
  keyOf(sessionToken: SessionToken): SessionKey {
    const key = VerifiedToken.keyOf(sessionToken, this);
    if (!key) throw new UnverifiedSessionTokenError();
    return key;
  }

  #verified({ payload }: UnverifiedToken, { name, issuer, audience }: Tenant, key: SessionKey): SessionToken {
    const { subject, issuedAt, expiresAt, nonce, tokenId } = checkClaims(payload, this.#now(), audience);
    const said = { tenant: name, issuer, subject, issuedAt, expiresAt, nonce, tokenId, claims: payload };
    return new VerifiedToken(said, key, this);
  }

  #expiryOf(sessionToken: SessionToken, iat: number): number {
    const exp = Math.floor(sessionToken.expiresAt);
    if (exp <= iat) throw new AuthRedirectError('token_expired', { tenant: sessionToken.tenant });
    const { continueTokenLifetime } = this.tenants.byIssuer(sessionToken.issuer);
    return continueTokenLifetime === undefined ? exp : Math.min(exp, iat + continueTokenLifetime);
  }

  /** Seconds since 1970, with the fraction: a token is not granted the rest of a second. */
  #now(): number {
    return this.clock.now() / 1000;
  }
}
