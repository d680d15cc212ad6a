import { createPublicKey, type KeyObject } from 'node:crypto';
import { findFileProblem } from '../../auth-redirect/files.js';
import { isJsonObject, type JsonObject } from '../../auth-redirect/json.js';
import { findKeyProblem, findLinkProblem } from '../../auth-redirect/validation/problems.js';

/** Algorithms of vendors' signatures (RFC 7518 section 3.1). */
export const VENDOR_ALGORITHMS = ['HS256', 'RS256', 'ES256'] as const;

/**
 * Names the algorithm of a vendor's signature: `HS256`, `RS256` or `ES256`.
 *
 * @publicApi
 */
export type VendorAlgorithm = (typeof VENDOR_ALGORITHMS)[number];

/** Size limit of the files, in bytes. */
export const KEY_FILE_MAX_BYTES = 65_536;

/** RFC 7518 section 3.3. */
const RSA_MIN_BITS = 2048;

const SECRET_OPTIONS = ['secret', 'secretFile'] as const;
const PUBLIC_KEY_OPTIONS = ['jwksUrl', 'publicKey', 'publicKeyFile'] as const;
type KeyOption = (typeof SECRET_OPTIONS | typeof PUBLIC_KEY_OPTIONS)[number];

const FIND_KEY_PROBLEM: Record<KeyOption, (value: unknown, algorithm: unknown) => string | undefined> = {
  secret: findSharedSecretProblem,
  secretFile: (path) => findFileProblem(path, KEY_FILE_MAX_BYTES, findSharedSecretProblem),
  jwksUrl: findLinkProblem,
  publicKey: findPublicKeyProblem,
  publicKeyFile: (path, algorithm) =>
    findFileProblem(path, KEY_FILE_MAX_BYTES, (text) => findPublicKeyProblem(text, algorithm)),
};

/** Checks that exactly one option has a key, and that the key is valid and fits the algorithm. */
export function findVendorKeyProblem(name: KeyOption) {
  return (value: unknown, options: JsonObject): string | undefined => {
    const { algorithm } = options;
    if (!VENDOR_ALGORITHMS.some((known) => known === algorithm)) return undefined;
    const fitting: readonly KeyOption[] = algorithm === 'HS256' ? SECRET_OPTIONS : PUBLIC_KEY_OPTIONS;
    const needs = `${String(algorithm)} needs ${fitting.slice(0, -1).join(', ')} or ${fitting.at(-1)}`;
    const set = [...SECRET_OPTIONS, ...PUBLIC_KEY_OPTIONS].filter((option) => options[option] !== undefined);
    if (value === undefined) return set.length === 0 && name === fitting[0] ? `is missing: ${needs}` : undefined;
    if (!fitting.includes(name)) return `does not fit the algorithm: ${needs}`;
    const first = fitting.find((option) => set.includes(option));
    return first === name ? FIND_KEY_PROBLEM[name](value, algorithm) : `and ${first} are both set: remove one`;
  };
}

/** Returns undefined for anything but a key in PEM (also in a certificate) or as a JWK. */
export function publicKeyFrom(value: unknown): KeyObject | undefined {
  try {
    if (isJsonObject(value)) return createPublicKey({ key: value, format: 'jwk' });
    if (typeof value !== 'string') return undefined;
    return value.trimStart().startsWith('{') ? publicKeyFrom(JSON.parse(value)) : createPublicKey(value);
  } catch {
    return undefined;
  }
}

/** Checks that the secret is long and random enough for HS256, and is no public key. */
function findSharedSecretProblem(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'is not a text';
  return isPublicKey(value) ? 'is a public key, which anyone may know: HS256 needs a secret' : findKeyProblem(value);
}

/** Checks that the key fits the algorithm, and that it is only the public half. */
function findPublicKeyProblem(value: unknown, algorithm: unknown): string | undefined {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (/PRIVATE KEY|"(?:d|k)"\s*:/.test(text)) return 'is a private key: use the public key';
  const key = publicKeyFrom(value);
  if (!key) return 'is not a public key in PEM or JWK';
  const { asymmetricKeyType: type, asymmetricKeyDetails: { modulusLength = 0, namedCurve } = {} } = key;
  if (algorithm === 'ES256') return namedCurve === 'prime256v1' ? undefined : 'is not a key on P-256, as ES256 needs';
  return type === 'rsa' && modulusLength >= RSA_MIN_BITS
    ? undefined
    : `is not an RSA key of ${RSA_MIN_BITS} bits or more, as RS256 needs`;
}

/** A public key is never a secret, in any encoding (RFC 8725 section 2.1). */
function isPublicKey(text: string): boolean {
  if (text.includes('-----BEGIN') || publicKeyFrom(text) !== undefined) return true;
  try {
    return createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' }).type === 'public';
  } catch {
    return false;
  }
}
