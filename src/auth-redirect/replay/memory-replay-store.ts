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
    const now = this.clock.now() / 1000;
    const known = this.#entries.get(key);
    if (known && known.expiresAt > now) return known.value;
    this.#entries.delete(key);
    this.#makeRoom(now);
    this.#entries.set(key, { value, expiresAt });
    return value;
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
}
