import type { KnownEntries, KnownEntry } from './known-entries.js';
import type { ReplayCommands } from './replay-commands.js';

/** Tells Redis what it may not know of a key. Where Redis holds another value by now, each keeps its own. */
export async function handOver(key: string, known: KnownEntries, redis: ReplayCommands): Promise<void> {
  const entry = known.unconfirmed(key);
  if (!entry) return;
  const holding = await tell(key, entry, redis);
  const hasChanged = known.unconfirmed(key) !== entry;
  if (hasChanged) return;
  if (holding === undefined) known.delete(key);
  else if (entry.kind === 'count' || holding === entry.value) known.confirm(key, { ...entry, value: holding });
}

/** @returns What Redis holds now. */
async function tell(
  key: string,
  { kind, value, expiresAt }: KnownEntry,
  redis: ReplayCommands,
): Promise<string | undefined> {
  switch (kind) {
    case 'value':
      return redis.remember(key, value, expiresAt);
    case 'count':
      return String(await redis.count(key, expiresAt, Number(value), 0));
    case 'forgotten':
      await redis.forget(key);
      return undefined;
    default:
      return kind satisfies never;
  }
}
