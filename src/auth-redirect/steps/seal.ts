import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { JsonObject } from '../json.js';

/** RFC 7518 sections 4.5 and 5.3. */
const ALGORITHMS = { alg: 'dir', enc: 'A256GCM' } as const;
const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Header of the JWE: authenticated, but not encrypted. */
export interface SealedHeader {
  /** Kind of the text. Decryption requires the same kind. */
  readonly typ: string;
  /** Id of the secret from which the key is derived. */
  readonly kid?: string;
}

/**
 * Encrypts a text as compact JWE (RFC 7516 section 3.1).
 *
 * @param key 32 bytes, for no other purpose.
 */
export function seal(text: string, header: SealedHeader, key: Uint8Array): string {
  const encodedHeader = encode(JSON.stringify({ ...ALGORITHMS, ...header }));
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(encodedHeader));
  const ciphertext = Buffer.concat([cipher.update(text), cipher.final()]);
  return [encodedHeader, '', encode(iv), encode(ciphertext), encode(cipher.getAuthTag())].join('.');
}

/** Returns undefined for another kind or key. */
export function openSealed(sealed: string, kind: string, key: Uint8Array): string | undefined {
  const { alg, enc, typ } = headerOf(sealed);
  const [header = '', encryptedKey, iv = '', ciphertext = '', tag = '', ...more] = sealed.split('.');
  const isOurs = alg === ALGORITHMS.alg && enc === ALGORITHMS.enc && typ === kind;
  if (!isOurs || encryptedKey !== '' || more.length > 0) return undefined;
  try {
    const decipher = createDecipheriv(CIPHER, key, decode(iv), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(header))
      .setAuthTag(decode(tag));
    return decipher.update(decode(ciphertext), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return undefined;
  }
}

/** Returns the unverified header; empty if it is not a JSON object. */
export function headerOf(sealed: string): JsonObject {
  try {
    const header: unknown = JSON.parse(decode(sealed.slice(0, sealed.indexOf('.'))).toString());
    return typeof header === 'object' && header !== null ? { ...header } : {};
  } catch {
    return {};
  }
}

function encode(value: string | Buffer): string {
  return Buffer.from(value).toString('base64url');
}

function decode(value: string): Buffer {
  return Buffer.from(value, 'base64url');
}
