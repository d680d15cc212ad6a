import { isRecord, textOf } from '../../json.js';
import type { CacheRecord } from '../execution.js';
import type { ApiMethods } from '../recorder.js';
import type { ApiTools } from './api-part.js';

const MINUTE_MS = 60_000;
const DEFAULT_TTL_MS = 15 * MINUTE_MS;

/** Auth0: Actions Limitations, "Cached data". */
const LIMITS = { ttlMs: 24 * 60 * MINUTE_MS, entries: 20, keyBytes: 64, valueBytes: 4096, totalBytes: 8192 };

/** Auth0 documents the limits, not these codes. */
type CacheErrorCode = 'CacheKeySizeExceeded' | 'CacheValueSizeExceeded' | 'CacheSizeExceeded' | 'ItemAlreadyExpired';

/** The methods return their errors and never throw. */
export function cacheApi({ facts, now }: ApiTools): ApiMethods {
  const records = new Map(Object.entries(facts.cache));
  return {
    'cache.get': ([key], notes) => {
      const record = records.get(String(key));
      if (!record || record.expires_at <= now()) return undefined;
      notes.result = { ...record };
      return { ...record };
    },
    'cache.set': ([key, value, options], notes) => {
      const record = { value: textOf(value), expires_at: expiry(options, now()) };
      const code = typeof value === 'string' ? refusal(records, String(key), record, now()) : 'CacheValueNotAString';
      if (code) return (notes.result = failure(code, notes));
      records.set(String(key), record);
      notes.result = { type: 'success', record };
      return { type: 'success', record: { ...record } };
    },
    'cache.delete': ([key], notes) => {
      if (records.delete(String(key))) return (notes.result = { type: 'success' });
      return (notes.result = { type: 'error', code: 'CacheKeyDoesNotExist' });
    },
  };
}

function expiry(options: unknown, nowMs: number): number {
  const { ttl, expires_at: expiresAt } = isRecord(options) ? options : {};
  const asked = [
    ...(typeof ttl === 'number' ? [nowMs + ttl] : []),
    ...(typeof expiresAt === 'number' ? [expiresAt] : []),
  ];
  return Math.min(nowMs + LIMITS.ttlMs, ...(asked.length > 0 ? asked : [nowMs + DEFAULT_TTL_MS]));
}

function refusal(
  records: ReadonlyMap<string, CacheRecord>,
  key: string,
  record: CacheRecord,
  nowMs: number,
): CacheErrorCode | undefined {
  if (Buffer.byteLength(key) > LIMITS.keyBytes) return 'CacheKeySizeExceeded';
  if (Buffer.byteLength(record.value) > LIMITS.valueBytes) return 'CacheValueSizeExceeded';
  if (record.expires_at <= nowMs) return 'ItemAlreadyExpired';
  const others = [...records].filter(([name, { expires_at: end }]) => name !== key && end > nowMs);
  const bytes = [...others, [key, record] as const].reduce((sum, [name, { value }]) => sum + sizeOf(name, value), 0);
  return others.length >= LIMITS.entries || bytes > LIMITS.totalBytes ? 'CacheSizeExceeded' : undefined;
}

function sizeOf(key: string, value: string): number {
  return Buffer.byteLength(key) + Buffer.byteLength(value);
}

function failure(code: string, notes: { ignored?: string }) {
  notes.ignored = `Nothing was stored: ${code}.`;
  return { type: 'error', code };
}
