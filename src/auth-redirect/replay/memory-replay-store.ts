import { Injectable } from '@nestjs/common';
import { Clock } from '../clock.js';
import { ReplayStore } from './replay-store.js';

/** Entries kept at most: about 40 MB. Beyond it the oldest is forgotten first. */
export const MEMORY_REPLAY_STORE_MAX_ENTRIES = 100_000;

/** Old entries looked at for each new one: more than one, so that the store shrinks when logins become fewer. */
const SWEPT_PER_ENTRY = 2;

/**
 * A {@link ReplayStore} for one process. It forgets at a restart, and knows nothing of other replicas.
 *
 * Entries lie in a ring, in the order of insertion, which is nearly that of expiry. A map would have to step over everything deleted to
 * find its oldest, and an object for each entry is one more that every collection of garbage has to visit.
 */
@Injectable()
export class MemoryReplayStore extends ReplayStore {
  /** Where in the ring an entry is. */
  readonly #slots = new Map<string, number>();
  readonly #keys: string[] = [];
  readonly #values: string[] = [];
  readonly #expiries = new Float64Array(MEMORY_REPLAY_STORE_MAX_ENTRIES);
  #oldest = 0;
  #length = 0;

  constructor(private readonly clock: Clock) {
    super();
  }

  remember(key: string, value: string, expiresAt: number): string {
    const known = this.recall(key);
    if (known !== undefined) return known;
    this.#add(key, value, expiresAt);
    return value;
  }

  recall(key: string): string | undefined {
    const slot = this.#slots.get(key);
    return slot !== undefined && this.#isAlive(slot) ? this.#values[slot] : undefined;
  }

  forget(key: string): void {
    const slot = this.#slots.get(key);
    if (slot !== undefined) this.#values[slot] = '';
    this.#slots.delete(key);
  }

  count(key: string, expiresAt: number): number {
    const counted = Number(this.recall(key) ?? 0) + 1;
    const slot = this.#slots.get(key);
    if (counted > 1 && slot !== undefined) this.#values[slot] = String(counted);
    else this.#add(key, '1', expiresAt);
    return counted;
  }

  #add(key: string, value: string, expiresAt: number): void {
    this.#makeRoom();
    const slot = (this.#oldest + this.#length) % MEMORY_REPLAY_STORE_MAX_ENTRIES;
    this.#length += 1;
    this.#slots.set(key, slot);
    this.#keys[slot] = key;
    this.#values[slot] = value;
    this.#expiries[slot] = expiresAt;
  }

  /** What is over, or was forgotten or replaced meanwhile; where there is no room, what still holds. */
  #makeRoom(): void {
    for (let swept = 0; swept < SWEPT_PER_ENTRY && this.#length > 0; swept += 1) {
      const slot = this.#oldest;
      const key = this.#keys[slot] ?? '';
      const isCurrent = this.#slots.get(key) === slot;
      const isFull = this.#length >= MEMORY_REPLAY_STORE_MAX_ENTRIES;
      if (isCurrent && this.#isAlive(slot) && !isFull) return;
      if (isCurrent) this.#slots.delete(key);
      this.#keys[slot] = '';
      this.#values[slot] = '';
      this.#oldest = (slot + 1) % MEMORY_REPLAY_STORE_MAX_ENTRIES;
      this.#length -= 1;
    }
  }

  #isAlive(slot: number): boolean {
    return (this.#expiries[slot] ?? 0) > this.clock.now() / 1000;
  }
}
