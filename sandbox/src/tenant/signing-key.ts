import { randomBytes, type KeyObject } from 'node:crypto';
import { errors, jwtVerify, type JWTPayload } from 'jose';
import type { JWK } from 'oidc-provider';
import { newKeyPair } from '../key-pair.js';

/** Created on first use, because that is slow. */
export class SigningKey {
  private made: { readonly jwk: JWK; readonly publicKey: KeyObject } | undefined;

  /** Returns the private key, for oidc-provider. */
  jwk(): JWK {
    return this.key().jwk;
  }

  /** Returns the claims of a valid token of this tenant. */
  async verify(token: string, issuer: string): Promise<JWTPayload | 'invalid' | 'expired'> {
    try {
      const { payload } = await jwtVerify(token, this.key().publicKey, { issuer, algorithms: ['RS256'] });
      return payload;
    } catch (error) {
      return error instanceof errors.JWTExpired ? 'expired' : 'invalid';
    }
  }

  private key() {
    this.made ??= newKey();
    return this.made;
  }
}

function newKey() {
  const { privateKey, publicKey } = newKeyPair('RS256');
  const kid = randomBytes(12).toString('base64url');
  return { publicKey, jwk: { ...privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' } };
}
