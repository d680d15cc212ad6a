import { SandboxError } from '../sandbox-errors.js';

/** The signature algorithms of results (RFC 7518, section 3.1). */
export const VENDOR_ALGORITHMS = ['RS256', 'ES256', 'HS256'] as const;

/** One of {@link VENDOR_ALGORITHMS}. */
export type VendorAlgorithm = (typeof VENDOR_ALGORITHMS)[number];

/** A vendor to which a service redirects logins. */
export interface VendorSettings {
  /** Default `vendor.localhost`. */
  readonly hostname?: string;
  /** Default: the tenant's port + 2, or any free port if that is 0. */
  readonly port?: number;
  /** Default `RS256`. Keys of RS256 and ES256 are created at startup. */
  readonly algorithm?: VendorAlgorithm;
  /** The secret of HS256: 32 bytes or more, unchanged. Required with HS256, invalid otherwise. */
  readonly secret?: string;
  /** The `aud` of results: the vendor's name for its client. Default `auth-redirect`. */
  readonly audience?: string;
  /** Allowed origins of `return_to`. Default: every `*.localhost`, and the loopback addresses. */
  readonly returnOrigins?: readonly string[];
}

export const DEFAULT_VENDOR_HOSTNAME = 'vendor.localhost';

/** HS256 requires a key at least as long as its hash (RFC 7518, section 3.2). */
const SECRET_BYTES = 32;

/** Throws for wrong settings, before anything listens. */
export function assertVendorSettings({ algorithm, secret, returnOrigins = [] }: VendorSettings): void {
  if (algorithm === 'HS256' && Buffer.byteLength(secret ?? '', 'utf8') < SECRET_BYTES) {
    throw usage(`A vendor that signs with HS256 needs a secret of ${SECRET_BYTES} bytes or more.`);
  }
  if (algorithm !== 'HS256' && secret !== undefined) throw usage('A secret of the vendor is for HS256 only.');
  const wrong = returnOrigins.find((origin) => !isOrigin(origin));
  if (wrong !== undefined) {
    throw usage(`The vendor returns to origins, such as https://steps.example.com, without a slash; got "${wrong}".`);
  }
}

function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

function usage(message: string): SandboxError {
  return new SandboxError('usage', message);
}
