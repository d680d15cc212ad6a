import type { Clock } from '../../clock.js';
import { isRecord, toJson, type Json } from '../../json.js';
import type { ActionPhase } from '../action-phase.js';
import type { ActionRealm } from '../action-realm.js';

/** Auth0's default for a cache record, in milliseconds. */
const DEFAULT_TTL_MS = 15 * 60 * 1000;

/** What Actions keep between logins; in memory, for as long as the sandbox runs. */
export class ActionCache {
  private readonly records = new Map<string, { readonly value: Json; readonly expires_at: number }>();

  constructor(private readonly now: Clock) {}

  get(key: string): { value: Json; expires_at: number } | undefined {
    const record = this.records.get(key);
    return record && record.expires_at > this.now() ? record : undefined;
  }

  set(key: string, value: Json, options: unknown): void {
    const { ttl, expires_at: expiresAt } = isRecord(options) ? options : {};
    const end =
      typeof expiresAt === 'number' ? expiresAt : this.now() + (typeof ttl === 'number' ? ttl : DEFAULT_TTL_MS);
    this.records.set(key, { value, expires_at: end });
  }

  delete(key: string): void {
    this.records.delete(key);
  }
}

/** `api.cache`. */
export function cacheApi(phase: ActionPhase, realm: ActionRealm, cache: ActionCache) {
  return {
    get: phase.method(realm, 'api.cache.get', ([key], notes) => {
      const record = cache.get(String(key));
      return record && realm.clone((notes.result = record));
    }),
    set: phase.method(realm, 'api.cache.set', ([key, value, options]) => {
      cache.set(String(key), toJson(value), options);
      return realm.clone({ type: 'success' });
    }),
    delete: phase.method(realm, 'api.cache.delete', ([key]) => {
      cache.delete(String(key));
      return realm.clone({ type: 'success' });
    }),
  };
}
