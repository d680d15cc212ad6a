import { createPublicKey, createSecretKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ExternalOptions } from './external.options.js';

/** The text of a mounted file, without the one line break that editors and `echo` leave at its end; undefined if unreadable. */
export function textOfFile(path: unknown): string | undefined {
  try {
    return typeof path === 'string' ? readFileSync(path, 'utf8').replace(/\r?\n$/, '') : undefined;
  } catch {
    return undefined;
  }
}

/** @returns undefined for what is no key in PEM (also a certificate) or JWK. */
export function publicKeyFrom(value: unknown): KeyObject | undefined {
  try {
    if (typeof value !== 'string') return isRecord(value) ? createPublicKey({ key: value, format: 'jwk' }) : undefined;
    return value.trimStart().startsWith('{') ? publicKeyFrom(JSON.parse(value)) : createPublicKey(value);
  } catch {
    return undefined;
  }
}

/** Whether it holds more than the vendor should give away. */
export function isPrivateKey(value: unknown): boolean {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /PRIVATE KEY|"(?:d|k)"\s*:/.test(text);
}

/** Anyone may know a public key: as a secret, in whatever clothes, it is none (RFC 8725 section 2.1). */
export function isPublicKey(text: string): boolean {
  return text.includes('-----BEGIN') || publicKeyFrom(text) !== undefined || isDerPublicKey(text);
}

/** The one key of the configuration, which is known to be sound. */
export function configuredKey(options: ExternalOptions): KeyObject {
  if (options.algorithm === 'HS256') {
    return createSecretKey(options.secret ?? textOfFile(options.secretFile) ?? '', 'utf8');
  }
  const key = publicKeyFrom(options.publicKey ?? textOfFile(options.publicKeyFile));
  if (!key) throw new TypeError('the public key cannot be read any more');
  return key;
}

function isDerPublicKey(text: string): boolean {
  try {
    return createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' }).type === 'public';
  } catch {
    return false;
  }
}

function isRecord(value: unknown): value is JsonWebKey {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
