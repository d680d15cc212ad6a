import { SandboxError } from '../sandbox-errors.js';

/** How a vendor may sign its results (RFC 7518, section 3.1). */
export const VENDOR_ALGORITHMS = ['RS256', 'ES256', 'HS256'] as const;

/** One of {@link VENDOR_ALGORITHMS}. */
export type VendorAlgorithm = (typeof VENDOR_ALGORITHMS)[number];

/** A vendor to which a login is handed off, such as one that checks identities. */
export interface VendorSettings {
  /** Default `vendor.localhost`. */
  readonly hostname?: string;
  /** Default: the tenant's port and two; any free one where the tenant's is any. */
  readonly port?: number;
  /** Default `RS256`. The keys of RS256 and ES256 are made at start. */
  readonly algorithm?: VendorAlgorithm;
  /** What HS256 signs with: 32 bytes or more, used as they are. Only with HS256, and needed there. */
  readonly secret?: string;
  /** The `aud` of results, as the vendor would name its client. Default `auth-redirect`. */
  readonly audience?: string;
  /** The origins that `return_to` may have. Default: every `*.localhost`, and the loopback addresses. */
  readonly returnOrigins?: readonly string[];
}

/** The name it goes by where none is given. */
export const DEFAULT_VENDOR_HOSTNAME = 'vendor.localhost';

/** HS256 asks for a key as long as its hash (RFC 7518, section 3.2). */
const SECRET_BYTES = 32;

/** Refuses what cannot work, before anything listens. */
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
