import type { KeyObject } from 'node:crypto';
import {
  calculateJwkThumbprint,
  exportJWK,
  SignJWT,
  type JSONWebKeySet,
  type JWTHeaderParameters,
  type JWTPayload,
} from 'jose';
import { newKeyPair } from '../key-pair.js';
import type { VendorAlgorithm } from './vendor-settings.js';

/** `jwks` verifies the results. */
export interface VendorSigner {
  /** Empty for HS256, whose key is the shared secret. */
  readonly jwks: JSONWebKeySet;
  sign(claims: JWTPayload): Promise<string>;
}

export async function createVendorSigner(algorithm: VendorAlgorithm, secret = ''): Promise<VendorSigner> {
  if (algorithm === 'HS256') return signerWith({ alg: algorithm }, Buffer.from(secret, 'utf8'), []);
  const { privateKey, publicKey } = newKeyPair(algorithm);
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return signerWith({ alg: algorithm, kid }, privateKey, [{ ...jwk, kid, use: 'sig', alg: algorithm }]);
}

function signerWith(
  header: JWTHeaderParameters,
  key: KeyObject | Uint8Array,
  keys: JSONWebKeySet['keys'],
): VendorSigner {
  return {
    jwks: { keys },
    sign: (claims) => new SignJWT(claims).setProtectedHeader({ ...header, typ: 'JWT' }).sign(key),
  };
}
