import type { JsonObject } from '../../auth-redirect/json.js';
import type { JsonValue } from '../../auth-redirect/json.js';
import { ReturnRefusal } from './return-refusal.js';

/** Most that is taken over, in bytes of JSON: it travels in the step session's cookie and in the continue token. */
export const PICKED_CLAIMS_MAX_BYTES = 4096;

/**
 * Of what the vendor says, only what was asked for; null where it says nothing.
 *
 * @throws ReturnRefusal `claims_too_large`
 */
export function pickClaims(payload: JsonObject, names: readonly string[]): Record<string, JsonValue> {
  const picked = names.map((name) => [name, Object.hasOwn(payload, name) ? payload[name] : null]);
  const json = JSON.stringify(Object.fromEntries(picked));
  if (Buffer.byteLength(json) > PICKED_CLAIMS_MAX_BYTES) throw new ReturnRefusal('claims_too_large');
  // What parses from JSON but is none, like 1e400, becomes null this way.
  const values: Record<string, JsonValue> = JSON.parse(json);
  return values;
}
