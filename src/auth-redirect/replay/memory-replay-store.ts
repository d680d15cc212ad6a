import { Injectable } from '@nestjs/common';
import { Clock } from '../clock.js';
import { ReplayStore } from './replay-store.js';

/** Entries kept at most: about 40 MB. Beyond it the oldest is forgotten first. */
export const MEMORY_REPLAY_STORE_MAX_ENTRIES = 100_000;

/** Old entries looked at for each new one: more than one, so that the store shrinks when logins become fewer. */
const SWEPT_PER_ENTRY = 2;

/** Looked at entries stay in the list until there are this many, and make up half of it. */
const MIN_LOOKED_AT = 1024;

interface Entry {
  readonly key: string;
  value: string;
  readonly expiresAt: number;
}

/** A {@link ReplayStore} for one process. It forgets at a restart, and knows nothing of other replicas. */
@Injectable()
export class MemoryReplayStore extends ReplayStore {
  readonly #entries = new Map<string, Entry>();

  /**
   * In the order of insertion, which is nearly that of expiry. Not asked of the map: to find its first entry it has to step over
   * everything that was deleted before it.
   */
  readonly #inOrder: Entry[] = [];
  #oldest = 0;

  constructor(private readonly clock: Clock) {
    super();
  }

  remember(key: string, value: string, expiresAt: number): string {
    const known = this.recall(key);
    if (known !== undefined) return known;
    this.#add({ key, value, expiresAt });
    return value;
  }

  recall(key: string): string | undefined {
    const entry = this.#entries.get(key);
    return entry && entry.expiresAt > this.#now() ? entry.value : undefined;
  }

  forget(key: string): void {
    this.#entries.delete(key);
  }

  count(key: string, expiresAt: number): number {
    const counted = Number(this.recall(key) ?? 0) + 1;
    const entry = this.#entries.get(key);
    if (counted > 1 && entry) entry.value = String(counted);
    else this.#add({ key, value: '1', expiresAt });
    return counted;
  }

  #add(entry: Entry): void {
    this.#makeRoom();
    this.#entries.set(entry.key, entry);
    this.#inOrder.push(entry);
  }

  #makeRoom(): void {
    const now = this.#now();
    for (let swept = 0; swept < SWEPT_PER_ENTRY; swept += 1) {
      const oldest = this.#inOrder[this.#oldest];
      const isFull = this.#inOrder.length - this.#oldest >= MEMORY_REPLAY_STORE_MAX_ENTRIES;
      const isCurrent = oldest !== undefined && this.#entries.get(oldest.key) === oldest;
      if (!oldest || (isCurrent && oldest.expiresAt > now && !isFull)) break;
      if (isCurrent) this.#entries.delete(oldest.key);
      this.#oldest += 1;
    }
    if (this.#oldest < MIN_LOOKED_AT || this.#oldest * 2 < this.#inOrder.length) return;
    this.#inOrder.splice(0, this.#oldest);
    this.#oldest = 0;
  }

  /** Seconds since 1970. */
  #now(): number {
    return this.clock.now() / 1000;
  }
}
