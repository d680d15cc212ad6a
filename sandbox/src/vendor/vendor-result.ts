import { randomUUID } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { epochSeconds, type Clock } from '../clock.js';

export type VendorStatus = 'approved' | 'declined';

export interface VendorParties {
  readonly issuer: string;
  readonly audience: string;
}

/** The lifetime is short, because the browser sends the result at once. */
const LIFETIME_SECONDS = 300;

export function resultClaims(handle: string, status: VendorStatus, parties: VendorParties, now: Clock): JWTPayload {
  const iat = epochSeconds(now);
  return {
    ...{ iss: parties.issuer, aud: parties.audience, iat, exp: iat + LIFETIME_SECONDS, jti: randomUUID() },
    ...{ handle, status, document: 'passport' },
  };
}
