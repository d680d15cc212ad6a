import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** The only algorithms (RFC 7518 sections 4.5 and 5.3): a text that names others does not open. */
const HEADER = { alg: 'dir', enc: 'A256GCM' } as const;
const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

interface Header {
  readonly alg?: unknown;
  readonly enc?: unknown;
  readonly typ?: unknown;
  readonly kid?: unknown;
}

/**
 * A compact JWE (RFC 7516 section 3.1) with a key that serves nothing else: what is sealed here is no session token, and no
 * session token opens here.
 *
 * @param type The header `typ`: what is sealed for one end does not open for another.
 * @param key 32 bytes.
 * @param keyId Names the key, for whoever opens; left out where there is only one.
 */
export function seal(text: string, type: string, key: Uint8Array, keyId?: string): string {
  const header = encoded(JSON.stringify({ ...HEADER, typ: type, ...(keyId !== undefined && { kid: keyId }) }));
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(header));
  const ciphertext = Buffer.concat([cipher.update(text), cipher.final()]);
  return [header, '', encoded(iv), encoded(ciphertext), encoded(cipher.getAuthTag())].join('.');
}

/** @returns The text; undefined for what was not sealed with this key and type. */
export function openSealed(sealed: string, type: string, key: Uint8Array): string | undefined {
  const { alg, enc, typ } = headerOf(sealed);
  return alg === HEADER.alg && enc === HEADER.enc && typ === type ? decrypted(sealed, key) : undefined;
}

/** The key that a sealed text names, which nobody vouches for yet. */
export function keyIdOf(sealed: string): unknown {
  return headerOf(sealed).kid;
}

function headerOf(sealed: string): Header {
  try {
    const header: unknown = JSON.parse(decoded(sealed.slice(0, sealed.indexOf('.'))).toString());
    return typeof header === 'object' && header !== null ? header : {};
  } catch {
    return {};
  }
}

function decrypted(sealed: string, key: Uint8Array): string | undefined {
  const [header = '', encryptedKey, iv, ciphertext, tag, ...more] = sealed.split('.');
  if (encryptedKey !== '' || iv === undefined || ciphertext === undefined || tag === undefined || more.length > 0) {
    return undefined;
  }
  try {
    const decipher = createDecipheriv(CIPHER, key, decoded(iv), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(header))
      .setAuthTag(decoded(tag));
    return decipher.update(decoded(ciphertext), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return undefined;
  }
}

function encoded(value: string | Buffer): string {
  return (typeof value === 'string' ? Buffer.from(value) : value).toString('base64url');
}

function decoded(value: string): Buffer {
  return Buffer.from(value, 'base64url');
}
