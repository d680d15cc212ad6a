import type { Clock } from '../auth-redirect/clock.js';

/** Entries kept at most: about 40 MB. Beyond it the oldest is forgotten first. */
export const KNOWN_REPLAYS_MAX_ENTRIES = 100_000;

/** Old entries looked at for each new one: more than one, so that it shrinks when logins become fewer. */
const SWEPT_PER_ENTRY = 2;

/** What this process knows of a key. */
export interface KnownReplay {
  readonly kind: 'value' | 'count' | 'forgotten';
  readonly value: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
  /** The generation of Redis' data that this is part of; undefined where Redis was not there to be told. */
  readonly generation: string | undefined;
}

/** What this process had Redis remember, and what it decided alone. */
export class KnownReplays {
  /** The generation of the data that Redis has now. Another one once Redis lost its data. */
  generation: string | undefined;
  /** In the order of insertion, which is nearly that of expiry. */
  readonly #entries = new Map<string, KnownReplay>();

  constructor(private readonly clock: Clock) {}

  get(key: string): KnownReplay | undefined {
    const entry = this.#entries.get(key);
    return entry && this.#holds(entry) ? entry : undefined;
  }

  /** What Redis may not know: decided alone, or before it lost its data. */
  unconfirmed(key: string): KnownReplay | undefined {
    const entry = this.get(key);
    return entry && !this.#isConfirmed(entry) ? entry : undefined;
  }

  /** The keys of all that Redis may not know. */
  unconfirmedKeys(): string[] {
    return [...this.#entries]
      .filter(([, entry]) => this.#holds(entry) && !this.#isConfirmed(entry))
      .map(([key]) => key);
  }

  confirm(key: string, entry: Omit<KnownReplay, 'generation'>): void {
    this.#set(key, { ...entry, generation: this.generation });
  }

  decideAlone(key: string, entry: Omit<KnownReplay, 'generation'>): void {
    this.#set(key, { ...entry, generation: undefined });
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  #isConfirmed({ generation }: KnownReplay): boolean {
    return generation !== undefined && generation === this.generation;
  }

  #set(key: string, entry: KnownReplay): void {
    this.#entries.delete(key);
    this.#makeRoom();
    this.#entries.set(key, entry);
  }

  #makeRoom(): void {
    let swept = 0;
    for (const [key, entry] of this.#entries) {
      const isFull = this.#entries.size >= KNOWN_REPLAYS_MAX_ENTRIES;
      if (swept === SWEPT_PER_ENTRY || (this.#holds(entry) && !isFull)) return;
      this.#entries.delete(key);
      swept += 1;
    }
  }

  #holds({ expiresAt }: KnownReplay): boolean {
    return expiresAt > this.clock.now() / 1000;
  }
}
