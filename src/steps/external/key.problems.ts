import { SECRET_MIN_BYTES, type FindProblem } from '../../auth-redirect/validation/problems.js';
import { isPrivateKey, isPublicKey, publicKeyFrom, textOfFile } from './key-material.js';
import type { FindProblemAmong, GivenOptions } from './validate-among.js';
import { VENDOR_ALGORITHMS, type VendorAlgorithm } from './vendor-algorithm.js';

/** RFC 7518 section 3.3. */
const RSA_MIN_BITS = 2048;
const SECRET_MIN_DISTINCT = 8;

type KeyOption = 'secret' | 'secretFile' | 'jwksUrl' | 'publicKey' | 'publicKeyFile';
const KEY_OPTIONS: readonly KeyOption[] = ['secret', 'secretFile', 'jwksUrl', 'publicKey', 'publicKeyFile'];
const PUBLIC_KEY_OPTIONS: readonly KeyOption[] = ['jwksUrl', 'publicKey', 'publicKeyFile'];
const KEY_OPTIONS_OF: Readonly<Record<VendorAlgorithm, readonly KeyOption[]>> = {
  HS256: ['secret', 'secretFile'],
  RS256: PUBLIC_KEY_OPTIONS,
  ES256: PUBLIC_KEY_OPTIONS,
};

export const findAlgorithmProblem: FindProblem = (value) =>
  isAlgorithm(value) ? undefined : `is none of ${VENDOR_ALGORITHMS.join(', ')}`;

/** Exactly one of the options that hold a key of the algorithm, and none that holds another; then what it holds. */
export function keyProblemFinder(name: KeyOption, findProblem: FindProblemAmong): FindProblemAmong {
  return (value, options) => {
    const { algorithm } = options;
    if (!isAlgorithm(algorithm)) return undefined;
    if (isGiven(value)) return misplacementOf(name, algorithm, options) ?? findProblem(value, options);
    const fitting = KEY_OPTIONS_OF[algorithm];
    const isMissing = name === fitting[0] && !KEY_OPTIONS.some((option) => isGiven(options[option]));
    return isMissing ? `is missing: ${algorithm} needs ${listOf(fitting)}` : undefined;
  };
}

/** Long and random enough for HS256, and really a secret. */
export const findSharedSecretProblem: FindProblem = (value) => {
  if (typeof value !== 'string') return 'is no text: put quotes around it';
  if (isPublicKey(value)) return 'is a public key, which anyone may know: HS256 needs a secret';
  const bytes = Buffer.byteLength(value, 'utf8');
  if (bytes < SECRET_MIN_BYTES) return `has ${bytes} bytes, HS256 needs ${SECRET_MIN_BYTES} or more`;
  if (value.trim() !== value) return 'has white space around it, which would be part of the key: remove it';
  return new Set(value).size < SECRET_MIN_DISTINCT ? 'repeats a few characters: make one that is random' : undefined;
};

/** Of the algorithm's kind, and only the public half. */
export const findPublicKeyProblem: FindProblemAmong = (value, { algorithm }) => {
  if (isPrivateKey(value)) return 'is a private key: the public one is all that is needed';
  const key = publicKeyFrom(value);
  if (!key) return 'is no public key in PEM or JWK';
  const { asymmetricKeyType: type, asymmetricKeyDetails: { modulusLength = 0, namedCurve } = {} } = key;
  if (algorithm === 'ES256') return namedCurve === 'prime256v1' ? undefined : 'is no key on P-256, as ES256 needs';
  return type === 'rsa' && modulusLength >= RSA_MIN_BITS
    ? undefined
    : `is no RSA key of ${RSA_MIN_BITS} bits or more, as RS256 needs`;
};

/** The same of what a file holds. */
export function fileProblemFinder(findProblem: FindProblemAmong): FindProblemAmong {
  return (path, options) => {
    const text = textOfFile(path);
    if (text === undefined) return 'names a file that cannot be read';
    const problem = findProblem(text, options);
    return problem && `names a file whose content ${problem}`;
  };
}

function misplacementOf(name: KeyOption, algorithm: VendorAlgorithm, options: GivenOptions): string | undefined {
  const fitting = KEY_OPTIONS_OF[algorithm];
  if (!fitting.includes(name)) return `is there, and ${algorithm} does not use it: it needs ${listOf(fitting)}`;
  const first = fitting.find((option) => isGiven(options[option]));
  return first === name ? undefined : `is there beside ${first}: keep one of them`;
}

function listOf(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

function isAlgorithm(value: unknown): value is VendorAlgorithm {
  return VENDOR_ALGORITHMS.some((algorithm) => algorithm === value);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
