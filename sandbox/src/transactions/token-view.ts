import { decodeToken } from '../redirect/jwt.js';
import type { Masker } from './mask.js';
import type { TokenView } from './transaction.js';

const LOOKS_LIKE_JWT = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** Returns every parameter that is a JWT, decoded. Secrets are masked after decoding, because encoded ones would be missed. */
export function tokensIn(parameters: Readonly<Record<string, unknown>>, masker: Masker): TokenView[] {
  return Object.entries(parameters).flatMap(([parameter, raw]) => {
    if (typeof raw !== 'string' || !LOOKS_LIKE_JWT.test(raw)) return [];
    const decoded = decodeToken(raw);
    if (!decoded) return [{ parameter, raw: masker.text(raw) }];
    const { header, claims } = decoded;
    return [{ parameter, raw, header: masker.json(header), claims: masker.json(claims) }];
  });
}
