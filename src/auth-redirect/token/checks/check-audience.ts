import { AuthRedirectError } from '../../errors.js';
import type { JsonObject } from '../../json.js';

/**
 * RFC 7519 section 4.1.3: who is not among the audience must refuse. `encodeToken` writes no `aud`, so one that is there is
 * expected only where it was configured.
 */
export function checkAudience({ aud }: JsonObject, expected: string | undefined): void {
  if (aud === undefined) return;
  const audience: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  const isOurs = expected !== undefined && audience.includes(expected);
  if (!isOurs || !audience.every((member) => typeof member === 'string')) throw new AuthRedirectError('aud_unexpected');
}
