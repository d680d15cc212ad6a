import { toJson, type Json, type JsonObject } from '../../json.js';
import type { ActionPhase } from '../action-phase.js';
import type { ActionRealm } from '../action-realm.js';

/** Auth0's documented limits on transaction metadata, in bytes. */
export const METADATA_VALUE_LIMIT = 8 * 1024;
export const METADATA_TOTAL_LIMIT = 16 * 1024;

/** `api.transaction`. What is set lives across the redirect, until the login ends. */
export function transactionApi(phase: ActionPhase, realm: ActionRealm, api: object) {
  const { transaction } = phase;
  return {
    setMetadata: phase.method(realm, 'api.transaction.setMetadata', ([key, value]) => {
      setMetadata(transaction.metadata, key, toJson(value));
      transaction.record.metadata = phase.masker.json(structuredClone(transaction.metadata));
      return api;
    }),
  };
}

/** Sets, or with `null` removes, one value; refuses what Auth0 has no room for and leaves the rest as it was. */
export function setMetadata(metadata: JsonObject, key: unknown, value: Json): void {
  if (typeof key !== 'string' || key === '') throw new TypeError('setMetadata: the key must be a non-empty string.');
  if (value === null) {
    delete metadata[key];
    return;
  }
  assertFits(`the value of "${key}"`, value, METADATA_VALUE_LIMIT);
  assertFits('all metadata together', { ...metadata, [key]: value }, METADATA_TOTAL_LIMIT);
  metadata[key] = value;
}

function assertFits(what: string, value: Json, limit: number): void {
  const bytes = Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value));
  if (bytes > limit) {
    throw new RangeError(`setMetadata: ${what} would be ${bytes} bytes; Auth0's limit is ${limit} bytes.`);
  }
}
