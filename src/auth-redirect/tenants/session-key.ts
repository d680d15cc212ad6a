import { createSecretKey, hkdfSync } from 'node:crypto';
import { JwtService } from '@nestjs/jwt';

/** What tells the derived key apart from the secret, and from any other key that may ever be derived. */
const STEP_SESSION_LABEL = 'nestjs-auth-redirect step session 1';

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
 * It has a `JwtService` of its own: a secret given to each call would be a string or Buffer, which jsonwebtoken first tries
 * to parse as a public key.
 */
export class SessionKey {
  readonly #jwt: JwtService;

  /** A key of 256 bits that is derived from the secret and serves step sessions alone (RFC 5869). */
  readonly stepSessionKey: Uint8Array;

  /** @param secret Used as its UTF-8 bytes, as Auth0 does; validated with the options. */
  constructor(secret: string) {
    const key = createSecretKey(secret, 'utf8');
    this.stepSessionKey = new Uint8Array(hkdfSync('sha256', key, '', STEP_SESSION_LABEL, 32));
    this.#jwt = new JwtService({
      secret: key,
      signOptions: { algorithm: 'HS256' },
      // Times are judged by the checks, which have the injected clock and refuse what jsonwebtoken lets pass.
      verifyOptions: { algorithms: ['HS256'], ignoreExpiration: true, ignoreNotBefore: true },
    });
  }

  /** Whether this key made the signature. Says nothing of header and claims. */
  verifies(compact: string): boolean {
    try {
      this.#jwt.verify(compact);
      return true;
    } catch {
      return false;
    }
  }

  /** A compact JWT with the header `{"alg":"HS256","typ":"JWT"}`. */
  sign(claims: ContinueTokenClaims): string {
    return this.#jwt.sign(claims);
  }
}
