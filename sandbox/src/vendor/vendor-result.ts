import { randomUUID } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { epochSeconds, type Clock } from '../clock.js';

/** What a vendor may find. */
export type VendorStatus = 'approved' | 'declined';

/** Who says it, and to whom. */
export interface VendorParties {
  readonly issuer: string;
  readonly audience: string;
}

/** A result is taken to the service at once, by the browser that is there. */
const LIFETIME_SECONDS = 300;

/** Returns the claims of a result. */
export function resultClaims(handle: string, status: VendorStatus, parties: VendorParties, now: Clock): JWTPayload {
  const iat = epochSeconds(now);
  return {
    ...{ iss: parties.issuer, aud: parties.audience, iat, exp: iat + LIFETIME_SECONDS, jti: randomUUID() },
    ...{ handle, status, document: 'passport' },
  };
}
