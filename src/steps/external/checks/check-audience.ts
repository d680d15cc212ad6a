import type { JsonObject } from '../../../auth-redirect/json.js';
import { ReturnRefusal } from '../return-refusal.js';

/** RFC 7519 section 4.1.3. Us and nobody else: what is also meant for others is also in their hands. */
export function checkAudience({ aud }: JsonObject, expected: string): void {
  const audience: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (audience.length !== 1 || audience[0] !== expected) throw new ReturnRefusal('audience_unexpected');
}
