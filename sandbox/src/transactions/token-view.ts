import { decodeToken } from '../redirect/jwt.js';
import type { Masker } from './mask.js';
import type { TokenView } from './transaction.js';

const LOOKS_LIKE_JWT = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** Masks after decoding, because encoded secrets would be missed. */
export function tokensIn(parameters: Readonly<Record<string, unknown>>, masker: Masker): TokenView[] {
  return Object.entries(parameters).flatMap(([parameter, raw]) => {
    if (typeof raw !== 'string' || !LOOKS_LIKE_JWT.test(raw)) return [];
    const decoded = decodeToken(raw);
    if (!decoded) return [{ parameter, raw: masker.text(raw) }];
    const { header, claims } = decoded;
    return [{ parameter, raw, header: masker.json(header), claims: masker.json(claims) }];
  });
}
