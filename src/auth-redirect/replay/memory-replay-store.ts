import { Injectable } from '@nestjs/common';
import { Clock } from '../clock.js';
import { ReplayStore } from './replay-store.js';

/** Entries kept at most: about 40 MB. Beyond it the oldest is forgotten first. */
export const MEMORY_REPLAY_STORE_MAX_ENTRIES = 100_000;

/** Old entries looked at for each new one: more than one, so that the store shrinks when logins become fewer. */
const SWEPT_PER_ENTRY = 2;

interface Entry {
  readonly value: string;
  readonly expiresAt: number;
}

/** A {@link ReplayStore} for one process. It forgets at a restart, and knows nothing of other replicas. */
@Injectable()
export class MemoryReplayStore extends ReplayStore {
  /** In the order of insertion, which is nearly that of expiry. */
  readonly #entries = new Map<string, Entry>();

  constructor(private readonly clock: Clock) {
    super();
  }

  remember(key: string, value: string, expiresAt: number): string {
    const known = this.recall(key);
    if (known !== undefined) return known;
    this.#add(key, { value, expiresAt });
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
    if (counted > 1 && entry) this.#entries.set(key, { ...entry, value: String(counted) });
    else this.#add(key, { value: '1', expiresAt });
    return counted;
  }

  #add(key: string, entry: Entry): void {
    this.#entries.delete(key);
    this.#makeRoom(this.#now());
    this.#entries.set(key, entry);
  }

  #makeRoom(now: number): void {
    let swept = 0;
    for (const [key, { expiresAt }] of this.#entries) {
      const isFull = this.#entries.size >= MEMORY_REPLAY_STORE_MAX_ENTRIES;
      if (swept === SWEPT_PER_ENTRY || (expiresAt > now && !isFull)) return;
      this.#entries.delete(key);
      swept += 1;
    }
  }

  /** Seconds since 1970. */
  #now(): number {
    return this.clock.now() / 1000;
  }
}
