import { createSecretKey } from 'node:crypto';
import { JwtService } from '@nestjs/jwt';

/** Claims of a continue token; dates in whole seconds since 1970. */
export interface ContinueTokenClaims {
  readonly iss: string;
  readonly sub: string;
  readonly iat: number;
  readonly exp: number;
  readonly state: string;
  readonly nonce?: string;
}

/**
 * One secret shared with an Action, as the key it is.
 *
 * It has a `JwtService` of its own: a secret given to each call would be a string or Buffer, which jsonwebtoken first tries
 * to parse as a public key.
 */
export class SessionKey {
  readonly #jwt: JwtService;

  /** @param secret Used as its UTF-8 bytes, as Auth0 does; validated with the options. */
  constructor(secret: string) {
    this.#jwt = new JwtService({
      secret: createSecretKey(secret, 'utf8'),
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
