import type { Clock } from '../auth-redirect/clock.js';

/** Entries kept at most: about 40 MB. Beyond it the oldest is forgotten first. */
export const KNOWN_ENTRIES_MAX = 100_000;

/** Old entries looked at for each new one: more than one, so that it shrinks when logins become fewer. */
const SWEPT_PER_ENTRY = 2;

/** What this process knows of a key. */
export interface KnownEntry {
  readonly kind: 'value' | 'count' | 'forgotten';
  readonly value: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
  /** The generation of Redis' data that this is part of; undefined where Redis was not there to be told. */
  readonly generation: string | undefined;
}

/** What this process knows, whoever decided it. */
export class KnownEntries {
  /** The generation of the data that Redis has: another one once it lost its data. */
  generation: string | undefined;
  /** In the order of insertion, which is nearly that of expiry. */
  readonly #entries = new Map<string, KnownEntry>();

  constructor(private readonly clock: Clock) {}

  get(key: string): KnownEntry | undefined {
    const entry = this.#entries.get(key);
    return entry && this.#holds(entry) ? entry : undefined;
  }

  /** The entry, where Redis may not know it: it was away at the time, or has lost its data since. */
  unconfirmed(key: string): KnownEntry | undefined {
    const entry = this.get(key);
    return entry && this.#isConfirmed(entry) ? undefined : entry;
  }

  unconfirmedKeys(): string[] {
    return [...this.#entries]
      .filter(([, entry]) => this.#holds(entry) && !this.#isConfirmed(entry))
      .map(([key]) => key);
  }

  /** Redis knows it. */
  confirm(key: string, entry: Omit<KnownEntry, 'generation'>): void {
    this.#set(key, { ...entry, generation: this.generation });
  }

  /** Redis does not know it. */
  decide(key: string, entry: Omit<KnownEntry, 'generation'>): void {
    this.#set(key, { ...entry, generation: undefined });
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  #isConfirmed({ generation }: KnownEntry): boolean {
    return generation !== undefined && generation === this.generation;
  }

  #set(key: string, entry: KnownEntry): void {
    this.#entries.delete(key);
    this.#makeRoom();
    this.#entries.set(key, entry);
  }

  #makeRoom(): void {
    let swept = 0;
    for (const [key, entry] of this.#entries) {
      const isFull = this.#entries.size >= KNOWN_ENTRIES_MAX;
      if (swept === SWEPT_PER_ENTRY || (this.#holds(entry) && !isFull)) return;
      this.#entries.delete(key);
      swept += 1;
    }
  }

  #holds({ expiresAt }: KnownEntry): boolean {
    return expiresAt > this.clock.now() / 1000;
  }
}
