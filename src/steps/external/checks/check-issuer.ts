import type { JsonObject } from '../../../auth-redirect/json.js';
import { ReturnRefusal } from '../return-refusal.js';

/** RFC 7519 section 4.1.1, to the letter: one key may serve several issuers. */
export function checkIssuer({ iss }: JsonObject, expected: string): void {
  if (iss !== expected) throw new ReturnRefusal('issuer_unexpected');
}
