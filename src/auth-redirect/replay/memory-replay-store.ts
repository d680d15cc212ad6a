import { Injectable } from '@nestjs/common';
import { Clock } from '../clock.js';
import { digest } from './digest.js';
import { PlaceIndex } from './place-index.js';
import { ReplayStore } from './replay-store.js';
import { isShortText, ShortTexts } from './short-texts.js';

/** Entries kept at most: 7 MB, without values that are longer than a digest. Beyond it the oldest is forgotten first. */
export const MEMORY_REPLAY_STORE_MAX_ENTRIES = 100_000;

/** Old entries looked at for each new one: more than one, so that the store shrinks when logins become fewer. */
const SWEPT_PER_ENTRY = 2;

/** Where the key that is asked for is written. */
const SOUGHT = MEMORY_REPLAY_STORE_MAX_ENTRIES;

/** The expiry of a place that holds nothing. */
const NEVER = -Infinity;

/**
 * A {@link ReplayStore} for one process. It forgets at a restart, and knows nothing of other replicas.
 *
 * Entries lie in a ring, in the order of insertion, which is nearly that of expiry. They are outside of the heap: each login
 * leaves two, and as strings in a map they would be most of the garbage that outlives a login.
 */
@Injectable()
export class MemoryReplayStore extends ReplayStore {
  readonly #keys = new ShortTexts(MEMORY_REPLAY_STORE_MAX_ENTRIES + 1);
  readonly #index = new PlaceIndex(this.#keys, MEMORY_REPLAY_STORE_MAX_ENTRIES);
  readonly #values = new ShortTexts(MEMORY_REPLAY_STORE_MAX_ENTRIES);
  readonly #longValues = new Map<number, string>();
  readonly #expiries = new Float64Array(MEMORY_REPLAY_STORE_MAX_ENTRIES);
  #oldest = 0;
  #length = 0;

  constructor(private readonly clock: Clock) {
    super();
  }

  remember(key: string, value: string, expiresAt: number): string {
    const place = this.#find(key);
    if (this.#isAlive(place)) return this.#valueIn(place);
    this.#put(place, value, expiresAt);
    return value;
  }

  recall(key: string): string | undefined {
    const place = this.#find(key);
    return this.#isAlive(place) ? this.#valueIn(place) : undefined;
  }

  forget(key: string): void {
    const place = this.#find(key);
    if (place !== undefined) this.#clear(place);
  }

  count(key: string, expiresAt: number): number {
    const place = this.#find(key);
    if (!this.#isAlive(place)) {
      this.#put(place, '1', expiresAt);
      return 1;
    }
    const counted = Number(this.#valueIn(place)) + 1;
    this.#values.write(place, String(counted));
    return counted;
  }

  /** Leaves the key where {@link #put} takes it from. */
  #find(key: string): number | undefined {
    this.#keys.write(SOUGHT, isShortText(key) ? key : digest(key));
    return this.#index.find(SOUGHT);
  }

  /** @param expired Where the same key was until its time was over. */
  #put(expired: number | undefined, value: string, expiresAt: number): void {
    if (expired !== undefined) this.#clear(expired);
    this.#makeRoom();
    const place = (this.#oldest + this.#length) % MEMORY_REPLAY_STORE_MAX_ENTRIES;
    this.#length += 1;
    this.#keys.copy(SOUGHT, place);
    this.#index.add(place);
    this.#expiries[place] = expiresAt;
    if (isShortText(value)) this.#values.write(place, value);
    else this.#longValues.set(place, value);
  }

  /** What is over or was forgotten; where there is no room, what still holds. */
  #makeRoom(): void {
    for (let swept = 0; swept < SWEPT_PER_ENTRY && this.#length > 0; swept += 1) {
      const place = this.#oldest;
      const isFull = this.#length >= MEMORY_REPLAY_STORE_MAX_ENTRIES;
      if (this.#isAlive(place) && !isFull) return;
      if (this.#expiries[place] !== NEVER) this.#clear(place);
      this.#oldest = (place + 1) % MEMORY_REPLAY_STORE_MAX_ENTRIES;
      this.#length -= 1;
    }
  }

  #clear(place: number): void {
    this.#index.remove(place);
    this.#longValues.delete(place);
    this.#expiries[place] = NEVER;
  }

  #valueIn(place: number): string {
    return this.#longValues.get(place) ?? this.#values.read(place);
  }

  #isAlive(place: number | undefined): place is number {
    return place !== undefined && (this.#expiries[place] ?? NEVER) > this.clock.now() / 1000;
  }
}
