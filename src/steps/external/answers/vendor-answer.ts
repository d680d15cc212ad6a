import type { JsonObject, JsonValue } from '../../../auth-redirect/json.js';
import { ReturnRefusal } from '../return-refusal.js';
import { valueAt } from './json-path.js';
import type { VendorAnswerSettings } from './vendor-answer.options.js';

/** Size limit of the claims, in bytes of JSON. They travel in the step session's cookie and in the continue token. */
const CLAIMS_MAX_BYTES = 4096;

/** The vendor's final decision. */
export type Verdict = {
  readonly isAccepted: boolean;
  readonly claims: Readonly<Record<string, JsonValue>>;
};

export function handleIn(document: unknown, { handle }: Pick<VendorAnswerSettings, 'handle'>): string | undefined {
  const found = valueAt(document, handle);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/**
 * Returns the verdict of a document; undefined if its status is none of the final ones.
 *
 * @throws ReturnRefusal `claims_too_large`
 */
export function verdictIn(document: unknown, settings: VendorAnswerSettings): Verdict | undefined {
  const status = valueAt(document, settings.status);
  const isOneOf = (values: readonly unknown[]): boolean => values.includes(status);
  const isAccepted = isOneOf(settings.accepted);
  if (!isAccepted && !isOneOf(settings.declined)) return undefined;
  const claims = Object.entries(settings.claims).map(([name, path]) => [name, valueAt(document, path) ?? null]);
  return { isAccepted, claims: fittedClaims(Object.fromEntries(claims)) };
}

/**
 * Returns the claims as JSON values.
 *
 * @throws ReturnRefusal `claims_too_large`
 */
export function fittedClaims(claims: JsonObject): Record<string, JsonValue> {
  const json = jsonOf(claims);
  if (json === undefined || Buffer.byteLength(json) > CLAIMS_MAX_BYTES) throw new ReturnRefusal('claims_too_large');
  // Numbers that JSON cannot represent after parsing, like 1e400, become null this way.
  const values: Record<string, JsonValue> = JSON.parse(json);
  return values;
}

/** Returns undefined if the claims are nested too deeply for `JSON.stringify`. */
function jsonOf(claims: JsonObject): string | undefined {
  try {
    return JSON.stringify(claims);
  } catch {
    return undefined;
  }
}
