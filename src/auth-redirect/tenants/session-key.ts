import { createHmac, createSecretKey, hkdfSync, timingSafeEqual, type KeyObject } from 'node:crypto';
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

/**
 * One secret shared with an Action, as the key it is.
 *
 * It signs by a `JwtService` of its own: a secret given to each call would be a string or Buffer, which jsonwebtoken first tries
 * to parse as a public key.
 */
export class SessionKey {
  readonly #jwt: JwtService;
  readonly #key: KeyObject;

  /** Tells this key from others, and nothing else of it. */
  readonly id: string;

  /** A key of 256 bits that is derived from the secret and serves step sessions alone (RFC 5869). */
  readonly stepSessionKey: Uint8Array;

  /** @param secret Used as its UTF-8 bytes, as Auth0 does; validated with the options. */
  constructor(secret: string) {
    this.#key = createSecretKey(secret, 'utf8');
    this.id = Buffer.from(this.#derive(KEY_ID_LABEL).subarray(0, KEY_ID_BYTES)).toString('base64url');
    this.stepSessionKey = this.#derive(STEP_SESSION_LABEL);
    this.#jwt = new JwtService({
      secret: this.#key,
      // The claims are made for it, and need not be copied.
      signOptions: { algorithm: 'HS256', mutatePayload: true },
    });
  }

  /**
   * Whether this key made the signature (RFC 7518 section 3.2). Says nothing of header and claims, which the checks judge: a
   * library would parse them once more, by rules of its own, and take ten times as long to say no.
   *
   * @param signed The JWS Signing Input.
   */
  verifies(signed: string, signature: Buffer): boolean {
    const expected = createHmac('sha256', this.#key).update(signed).digest();
    return signature.length === expected.length && timingSafeEqual(signature, expected);
  }

  /** A compact JWT with the header `{"alg":"HS256","typ":"JWT"}`. */
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
