import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Clock } from '../clock.js';
import { ReplayStore, type ReplayStoreUsage } from './replay-store.js';

/**
 * Limit for values, for counters and for leases: about 22,000 digests each. Above it, the store evicts the least recently used entry of the
 * same kind.
 */
export const MEMORY_REPLAY_STORE_MAX_BYTES = 6 * 1024 * 1024;

/** Between two deletions of expired entries. */
const SWEEP_MS = 60_000;

/** Size without key and content. */
const ENTRY_BYTES = 200;

interface Entry<Content> {
  readonly content: Content;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Loses entries on restart; other replicas do not see them. Separate size limits keep values from evicting counters or leases. */
@Injectable()
export class MemoryReplayStore extends ReplayStore {
  readonly #values: Part<string>;
  readonly #counters: Part<number>;
  readonly #leases: Part<string>;

  constructor(private readonly clock: Clock) {
    super();
    this.#values = new Part('values', clock);
    this.#counters = new Part('counters', clock);
    this.#leases = new Part('leases', clock);
  }

  remember(key: string, value: string, expiresAt: number): string {
    const holding = this.#values.get(key);
    if (holding) return holding.content;
    this.#values.set(key, { content: value, expiresAt: expiresAt * 1000 });
    return value;
  }

  recall(key: string): string | undefined {
    return this.#values.get(key)?.content;
  }

  count(key: string, expiresAt: number): number {
    const counted = this.#counters.get(key) ?? { content: 0, expiresAt: expiresAt * 1000 };
    const content = counted.content + 1;
    this.#counters.set(key, { ...counted, content });
    return content;
  }

  lease(key: string, owner: string, milliseconds: number): boolean {
    const holder = this.#leases.get(key);
    if (holder && holder.content !== owner) return false;
    this.#leases.set(key, { content: owner, expiresAt: this.clock.now() + milliseconds });
    return true;
  }

  release(key: string, owner: string): void {
    if (this.#leases.get(key)?.content === owner) this.#leases.delete(key);
  }

  override usage(): readonly ReplayStoreUsage[] {
    return [this.#values, this.#counters, this.#leases].map((part) => part.usage());
  }
}

class Part<Content extends string | number> {
  #evictions = 0;
  #sweptAt: number;
  readonly #entries: LRUCache<string, Entry<Content>>;

  constructor(
    private readonly kind: ReplayStoreUsage['kind'],
    private readonly clock: Clock,
  ) {
    this.#sweptAt = clock.now();
    this.#entries = new LRUCache({
      // `max` would allocate memory for all entries at once.
      maxSize: MEMORY_REPLAY_STORE_MAX_BYTES,
      sizeCalculation: ({ content }, key) => ENTRY_BYTES + Buffer.byteLength(key) + Buffer.byteLength(String(content)),
      dispose: (entry, _key, reason) => {
        if (reason === 'evict' && this.#isAlive(entry)) this.#evictions += 1;
      },
    });
  }

  get(key: string): Entry<Content> | undefined {
    const entry = this.#entries.get(key);
    if (entry && this.#isAlive(entry)) return entry;
    this.#entries.delete(key);
    return undefined;
  }

  set(key: string, entry: Entry<Content>): void {
    this.#sweep();
    this.#entries.set(key, entry);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  usage(): ReplayStoreUsage {
    const { size: entries, calculatedSize: bytes } = this.#entries;
    return { kind: this.kind, entries, bytes, evictions: this.#evictions };
  }

  /** Entries can contain personal data, so they must not stay until the store is full. */
  #sweep(): void {
    if (this.clock.now() < this.#sweptAt + SWEEP_MS) return;
    this.#sweptAt = this.clock.now();
    for (const [key, entry] of [...this.#entries.entries()]) if (!this.#isAlive(entry)) this.#entries.delete(key);
  }

  #isAlive({ expiresAt }: Entry<Content>): boolean {
    return expiresAt > this.clock.now();
  }
}
