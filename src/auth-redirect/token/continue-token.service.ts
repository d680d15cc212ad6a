import { Injectable } from '@nestjs/common';
import { Clock } from '../clock.js';
import { AuthRedirectError, UnverifiedSessionTokenError } from '../errors.js';
import { digest } from '../replay/digest.js';
import type { SessionToken, StepsOutcome } from '../session-token.js';
import type { KeyRing } from '../tenants/key-ring.js';
import type { SessionKey } from '../tenants/session-key.js';
import type { Tenant } from '../tenants/tenant.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { checkClaims } from './claims.js';
import { decodeUnverified } from './encoding.js';
import { checkHeader } from './header.js';
import { checkState } from './redirect-parameters.js';

/**
 * Verifies session tokens, and signs the continue tokens that reply to them.
 *
 * @publicApi
 */
@Injectable()
export class ContinueTokenService {
  /** Keys by tokens that this service verified. Copied or forged tokens have none. */
  readonly #keys = new WeakMap<SessionToken, SessionKey>();

  constructor(
    private readonly tenants: TenantsService,
    private readonly clock: Clock,
  ) {}

  /**
   * Verifies a session token: encoding, header, issuer, signature and claims, in this order. HS256 only, zero clock skew.
   *
   * @param compact The JWT, in JWS Compact Serialization (RFC 7515 section 7.1).
   * @throws AuthRedirectError and no other error: `token_expired` if only the time is wrong. Other codes name the failed check: `token_*`,
   *   `*_not_allowed`, `critical_header_not_supported`, `issuer_unknown`, `signature_invalid` and `*_invalid`.
   */
  verify(compact: string): SessionToken {
    const { header, payload } = decodeUnverified(compact);
    checkHeader(header);
    const tenant = this.tenants.byIssuer(payload.iss);
    let key: SessionKey | undefined;
    try {
      const now = this.#now();
      key = checkSignature(compact, tenant.keyRing, now);
      return this.#verified(payload, tenant, key, now);
    } catch (error) {
      if (error instanceof AuthRedirectError) {
        error.tenant = tenant.name;
        // With a verified signature, `sub` is known.
        if (key) error.subject = digest(tenant.name, String(payload.sub));
      }
      throw error;
    }
  }

  /**
   * Signs the continue token with the key that verified the session token, which it never outlives. Claims: `iss`, `sub`, `iat`, `exp`,
   * `state`, and `nonce` if the session token had one; after steps `outcome` and `steps`, after a denial `error` and `error_description`.
   *
   * @param sessionToken Result of {@link verify} of this service.
   * @param state Auth0's `state` of the same request, unchanged.
   * @param outcome Result of the steps. Default: the login had no steps.
   * @throws AuthRedirectError `token_expired` if the session token has expired meanwhile; `parameter_missing`, `parameter_characters` or
   *   `parameter_too_long` for an invalid state.
   * @throws UnverifiedSessionTokenError if the token is not a result of {@link verify}.
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
   * Returns the key that verified a session token.
   *
   * @throws UnverifiedSessionTokenError if the token is not a result of {@link verify}.
   * @internal
   */
  keyOf(sessionToken: SessionToken): SessionKey {
    const key = this.#keys.get(sessionToken);
    if (!key) throw new UnverifiedSessionTokenError();
    return key;
  }

  #verified(claims: SessionToken['claims'], tenant: Tenant, key: SessionKey, now: number): SessionToken {
    const { name, issuer, audience } = tenant;
    const token = Object.freeze({ tenant: name, issuer, claims, ...checkClaims(claims, now, audience) });
    this.#keys.set(token, key);
    return token;
  }

  #expiryOf(sessionToken: SessionToken, iat: number): number {
    const exp = Math.floor(sessionToken.expiresAt);
    if (exp <= iat) throw new AuthRedirectError('token_expired', { tenant: sessionToken.tenant });
    const { continueTokenLifetime } = this.tenants.byIssuer(sessionToken.issuer);
    return continueTokenLifetime === undefined ? exp : Math.min(exp, iat + continueTokenLifetime);
  }

  /** Returns seconds with the fraction, so that a token expires exactly at `exp`. */
  #now(): number {
    return this.clock.now() / 1000;
  }
}

/**
 * RFC 7515 section 5.2. Reads the files again before it rejects a token, because they may have changed. The error does not reveal which
 * keys were tried.
 *
 * @returns The key, which the Action of this login also has.
 */
function checkSignature(compact: string, ring: KeyRing, now: number): SessionKey {
  const find = (): SessionKey | undefined => ring.keys.find((key) => key.verifies(compact, now));
  const key = find() ?? (ring.refresh() ? find() : undefined);
  if (!key) throw new AuthRedirectError('signature_invalid');
  return key;
}
