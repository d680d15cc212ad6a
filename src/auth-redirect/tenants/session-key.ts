import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { JwtService } from '@nestjs/jwt';

/** These labels separate derived keys from the secret and from each other (RFC 5869 section 3.2). */
const STEP_SESSION_LABEL = 'nestjs-auth-redirect step session 2';
const STEP_SECRET_LABEL = 'nestjs-auth-redirect step secret 1';
const STEP_RESULT_LABEL = 'nestjs-auth-redirect step result 1';
const STEP_INBOX_LABEL = 'nestjs-auth-redirect step inbox 1';
const KEY_ID_LABEL = 'nestjs-auth-redirect key id 1';
const KEY_BYTES = 32;
const KEY_ID_BYTES = 9;

/** Claims with dates in whole seconds since 1970. */
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

/** Errors that jsonwebtoken throws after it has accepted the signature. */
const CLAIM_ERRORS = /^(?:jwt expired|jwt not active|invalid (?:exp|nbf) value)$/;

/** Each key has its own `JwtService`: if a call passes the secret, jsonwebtoken first tries to parse it as a public key. */
export class SessionKey {
  readonly #jwt: JwtService;
  readonly #key: KeyObject;

  /** Id that does not reveal the secret. */
  readonly id: string;

  /** @param secret Valid secret. Its UTF-8 bytes are the key, as at Auth0. */
  constructor(secret: string) {
    this.#key = createSecretKey(secret, 'utf8');
    this.id = Buffer.from(this.#derive(KEY_ID_LABEL).subarray(0, KEY_ID_BYTES)).toString('base64url');
    this.#jwt = new JwtService({
      secret: this.#key,
      verifyOptions: { algorithms: ['HS256'], clockTolerance: 0 },
      // The claims belong to one token and need no copy.
      signOptions: { algorithm: 'HS256', mutatePayload: true },
    });
  }

  /**
   * Verifies the signature (RFC 7515 section 5.2), HS256 only.
   *
   * @param compact A well-formed compact JWT.
   * @param now Seconds since 1970, with the fraction.
   * @returns True also for an expired token: the caller checks the claims, so that the refusal can name them.
   */
  verifies(compact: string, now: number): boolean {
    try {
      this.#jwt.verify(compact, { clockTimestamp: now });
      return true;
    } catch (error) {
      return error instanceof Error && CLAIM_ERRORS.test(error.message);
    }
  }

  /** Signs a token with the header `{"alg":"HS256","typ":"JWT"}`. */
  sign(claims: ContinueTokenClaims): string {
    return this.#jwt.sign(claims);
  }

  stepSessionKey(loginId: string): Uint8Array {
    return this.#derive(`${STEP_SESSION_LABEL}\n${loginId}`);
  }

  /** @param entry Key in the store. */
  stepResultKey(entry: string): Uint8Array {
    return this.#derive(`${STEP_RESULT_LABEL}\n${entry}`);
  }

  /** @param entry Key in the store. */
  stepInboxKey(entry: string): Uint8Array {
    return this.#derive(`${STEP_INBOX_LABEL}\n${entry}`);
  }

  /** Returns 32 bytes for {@link StepContext.secret}. None of the parts has a line break. */
  stepSecret(login: string, step: string, name: string): Uint8Array {
    return this.#derive([STEP_SECRET_LABEL, login, step, JSON.stringify(name)].join('\n'));
  }

  /** Returns 32 bytes (RFC 5869). */
  #derive(label: string): Uint8Array {
    return new Uint8Array(hkdfSync('sha256', this.#key, '', label, KEY_BYTES));
  }
}
