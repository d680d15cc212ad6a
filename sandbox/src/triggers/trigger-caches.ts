import type { CacheRecord } from '../execution/execution.js';
import { isJsonObject, textOf } from '../json.js';
import type { CallEntry } from '../transactions/transaction.js';

/** Each trigger has a cache, in memory until the sandbox stops. */
export class TriggerCaches {
  private readonly caches = new Map<string, Record<string, CacheRecord>>();

  of(trigger: string): Readonly<Record<string, CacheRecord>> {
    return this.caches.get(trigger) ?? {};
  }

  apply(trigger: string, calls: readonly CallEntry[]): void {
    this.caches.set(trigger, cacheAfter(this.of(trigger), calls));
  }
}

export function cacheAfter(
  before: Readonly<Record<string, CacheRecord>>,
  calls: readonly CallEntry[],
): Record<string, CacheRecord> {
  const records = { ...before };
  for (const { name, args, result } of calls) {
    const key = textOf(args[0]);
    const record = isJsonObject(result) && isJsonObject(result['record']) ? result['record'] : {};
    if (name === 'api.cache.delete') delete records[key];
    if (name !== 'api.cache.set') continue;
    records[key] = { value: textOf(record['value']), expires_at: Number(record['expires_at']) };
  }
  return records;
}
