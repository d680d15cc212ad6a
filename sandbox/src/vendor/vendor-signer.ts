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

/** Signs a vendor's results, and publishes the keys that verify them. */
export interface VendorSigner {
  /** Empty for HS256: its key is the secret that both sides have. */
  readonly jwks: JSONWebKeySet;
  sign(claims: JWTPayload): Promise<string>;
}

/** Returns a signer with a new key pair, or with the secret for HS256. */
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
