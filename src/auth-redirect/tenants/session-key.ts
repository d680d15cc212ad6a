import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { JwtService } from '@nestjs/jwt';

/** What tells a derived key apart from the secret, and from the keys for other ends. */
const STEP_SESSION_LABEL = 'nestjs-auth-redirect step session 1';
const STEP_SECRET_LABEL = 'nestjs-auth-redirect step secret 1';
const STEP_RESULT_LABEL = 'nestjs-auth-redirect step result 1';
const KEY_ID_LABEL = 'nestjs-auth-redirect key id 1';
const KEY_BYTES = 32;
const KEY_ID_BYTES = 9;

/** Claims of a continue token; dates in whole seconds since 1970. */
export interface ContinueTokenClaims {
  readonly iss: string;
  readonly sub: string;
  readonly iat: number;
  readonly exp: number;
  readonly state: string;
  readonly nonce?: string;
  readonly outcome?: 'completed' | 'denied';
  readonly steps?: Readonly<Record<string, unknown>>;
  readonly error?: string;
  readonly error_description?: string;
}

/** Errors that jsonwebtoken throws for the claims of a token, after it accepted the signature. */
const CLAIM_ERRORS = /^(?:jwt expired|jwt not active|invalid (?:exp|nbf) value)$/;

/**
 * One secret shared with an Action, as a key with a `JwtService` of its own: jsonwebtoken would first try to parse a secret that is
 * passed to each call as a public key.
 */
export class SessionKey {
  readonly #jwt: JwtService;
  readonly #key: KeyObject;

  /** Names this key and reveals nothing of it. */
  readonly id: string;

  /** A 256-bit key that is derived from the secret and serves step sessions alone (RFC 5869). */
  readonly stepSessionKey: Uint8Array;

  /** @param secret Used as its UTF-8 bytes, as Auth0 does; validated with the options. */
  constructor(secret: string) {
    this.#key = createSecretKey(secret, 'utf8');
    this.id = Buffer.from(this.#derive(KEY_ID_LABEL).subarray(0, KEY_ID_BYTES)).toString('base64url');
    this.stepSessionKey = this.#derive(STEP_SESSION_LABEL);
    this.#jwt = new JwtService({
      secret: this.#key,
      verifyOptions: { algorithms: ['HS256'], clockTolerance: 0 },
      // The claims are made for one token and need no copy.
      signOptions: { algorithm: 'HS256', mutatePayload: true },
    });
  }

  /**
   * Verifies the signature of a token (RFC 7515 section 5.2), HS256 only.
   *
   * @param compact A well-formed compact JWT.
   * @param now Seconds since 1970, with the fraction.
   * @returns Whether this key made the signature. The caller checks the claims: a token that is only expired counts as verified here,
   *   so that the refusal can say so.
   */
  verifies(compact: string, now: number): boolean {
    try {
      this.#jwt.verify(compact, { clockTimestamp: now });
      return true;
    } catch (error) {
      return error instanceof Error && CLAIM_ERRORS.test(error.message);
    }
  }

  /** Signs a compact JWT with the header `{"alg":"HS256","typ":"JWT"}`. */
  sign(claims: ContinueTokenClaims): string {
    return this.#jwt.sign(claims);
  }

  /** The key that results of this login's steps are kept under. */
  stepResultKey(login: string): Uint8Array {
    return this.#derive(`${STEP_RESULT_LABEL}\n${login}`);
  }

  /** What {@link StepContext.secret} gives. The names hold no line break. */
  stepSecret(login: string, step: string, name: string): Uint8Array {
    return this.#derive([STEP_SECRET_LABEL, login, step, JSON.stringify(name)].join('\n'));
  }

  #derive(label: string): Uint8Array {
    return new Uint8Array(hkdfSync('sha256', this.#key, '', label, KEY_BYTES));
  }
}
