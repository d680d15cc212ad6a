import { isJsonObject, type Json, type JsonObject } from '../../json.js';
import type { ApiMethods } from '../recorder.js';
import type { ApiTools } from './api-part.js';

/** Auth0: Actions Limitations, "Transaction metadata". */
export const METADATA_LIMITS = { keyCharacters: 64, valueBytes: 8 * 1024, totalBytes: 16 * 1024 };

/** Also updates `event.transaction.metadata`. */
export const transactionApi = ({ event }: ApiTools): ApiMethods => ({
  'transaction.setMetadata': ([key, value]) => {
    const metadata = isJsonObject(event['transaction']) ? event['transaction']['metadata'] : undefined;
    if (isJsonObject(metadata)) setMetadata(metadata, key, value);
  },
});

/** `null` removes a value. Throws beyond Auth0's limits. */
export function setMetadata(metadata: JsonObject, key: unknown, value: unknown): void {
  if (typeof key !== 'string' || key === '') throw new TypeError('setMetadata: the key must be a non-empty string.');
  if (key.length > METADATA_LIMITS.keyCharacters) {
    throw new RangeError(
      `setMetadata: the key has ${key.length} characters; the limit is ${METADATA_LIMITS.keyCharacters}.`,
    );
  }
  if (value === null || value === undefined) {
    delete metadata[key];
    return;
  }
  const scalar = scalarOf(key, value);
  assertFits(`the value of "${key}"`, scalar, METADATA_LIMITS.valueBytes);
  assertFits('all metadata together', { ...metadata, [key]: scalar }, METADATA_LIMITS.totalBytes);
  metadata[key] = scalar;
}

function scalarOf(key: string, value: unknown): string | number | boolean {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value !== 'number') {
    throw new TypeError(
      `setMetadata: the value of "${key}" must be a string, a number or a boolean. Serialize other values.`,
    );
  }
  if (Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))) return value;
  throw new RangeError(`setMetadata: the value of "${key}" is not a safe number. Pass it as a string.`);
}

function assertFits(what: string, value: Json, limit: number): void {
  const bytes = Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value));
  if (bytes > limit) {
    throw new RangeError(`setMetadata: ${what} would be ${bytes} bytes; Auth0's limit is ${limit} bytes.`);
  }
}
