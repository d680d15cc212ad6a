import { isJsonObject, type Json, type JsonObject } from '../json.js';

export type MetadataKind = 'app_metadata' | 'user_metadata';

/** The bytes of each kind of metadata. Auth0 limits the indexed data of a user to 1 MB. */
const METADATA_LIMIT = 1_000_000;

/** Names that `app_metadata` must not contain (Auth0: "Metadata Field Names and Data Types", Restrictions). */
const RESERVED = new Set([
  ...['__tenant', '_id', 'blocked', 'clientID', 'created_at', 'email_verified', 'email', 'globalClientID'],
  ...['global_client_id', 'identities', 'lastIP', 'lastLogin', 'loginsCount', 'metadata'],
  ...['multifactor_last_modified', 'multifactor', 'updated_at', 'user_id'],
]);

/** Merges the first level, as Auth0 does. `null` removes a key, `{}` removes all keys. */
export function mergedMetadata(current: JsonObject, changes: JsonObject): JsonObject {
  if (Object.keys(changes).length === 0) return {};
  const merged = Object.entries({ ...current, ...changes }).filter(([, value]) => value !== null);
  return Object.fromEntries(merged);
}

/** Returns the reason if Auth0 rejects these metadata. */
export function metadataProblem(kind: MetadataKind, metadata: JsonObject): string | undefined {
  if (JSON.stringify(metadata).length > METADATA_LIMIT) return `${kind} has more than ${METADATA_LIMIT} bytes.`;
  const reserved = kind === 'app_metadata' ? Object.keys(metadata).find((key) => RESERVED.has(key)) : undefined;
  if (reserved !== undefined) return `app_metadata must not contain the property "${reserved}".`;
  const name = forbiddenName(metadata);
  return name === undefined ? undefined : `The key "${name}" of ${kind} must not contain "." or "$".`;
}

function forbiddenName(value: Json): string | undefined {
  const pending: Json[] = [value];
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    if (isJsonObject(item)) {
      const found = Object.keys(item).find((key) => /[.$]/.test(key));
      if (found !== undefined) return found;
    }
    if (typeof item === 'object' && item !== null) pending.push(...Object.values(item));
  }
  return undefined;
}
