import type { Clock } from '../auth-redirect/clock.js';
import { LIFETIME_MAX_SECONDS } from '../auth-redirect/validation/problems.js';
import type { KnownEntries, KnownEntry } from './known-entries.js';

/** What this process makes of an answer of Redis, and what it decides where there is none. */
export class LocalDecisions {
  constructor(
    private readonly known: KnownEntries,
    private readonly clock: Clock,
  ) {}

  /** @returns What holds: as Redis says, unless this process decided otherwise while Redis was away. */
  remembered(key: string, holding: string, expiresAt: number): string {
    const alone = this.known.unconfirmed(key);
    if (alone && alone.value !== holding) return valueOf(alone) ?? holding;
    this.known.confirm(key, { kind: 'value', value: holding, expiresAt });
    return holding;
  }

  recalled(key: string, holding: string | undefined): string | undefined {
    const alone = this.known.unconfirmed(key);
    if (alone) return valueOf(alone);
    const entry = this.known.get(key);
    if (entry && holding === undefined) this.known.delete(key);
    if (entry && holding !== undefined) this.known.confirm(key, { ...entry, value: holding });
    return holding;
  }

  counted(key: string, counted: number, expiresAt: number): number {
    const entry = this.known.get(key);
    const began = counted === 1 ? expiresAt : (entry?.expiresAt ?? expiresAt);
    const alone = countOf(this.known.unconfirmed(key));
    if (alone >= counted) return this.countAlone(key, expiresAt);
    this.known.confirm(key, { kind: 'count', value: String(counted), expiresAt: began });
    return counted;
  }

  rememberAlone(key: string, value: string, expiresAt: number): string {
    const holding = this.recallAlone(key);
    if (holding !== undefined) return holding;
    this.known.decide(key, { kind: 'value', value, expiresAt });
    return value;
  }

  recallAlone(key: string): string | undefined {
    return valueOf(this.known.get(key));
  }

  /** Kept in mind, so that Redis forgets it too when it is back. */
  forgetAlone(key: string): void {
    const expiresAt = this.known.get(key)?.expiresAt ?? this.clock.now() / 1000 + LIFETIME_MAX_SECONDS;
    this.known.decide(key, { kind: 'forgotten', value: '', expiresAt });
  }

  countAlone(key: string, expiresAt: number): number {
    const entry = this.known.get(key);
    const counted = countOf(entry) + 1;
    const began = counted === 1 ? expiresAt : (entry?.expiresAt ?? expiresAt);
    this.known.decide(key, { kind: 'count', value: String(counted), expiresAt: began });
    return counted;
  }
}

function valueOf(entry: KnownEntry | undefined): string | undefined {
  return entry?.kind === 'forgotten' ? undefined : entry?.value;
}

function countOf(entry: KnownEntry | undefined): number {
  return entry?.kind === 'count' ? Number(entry.value) : 0;
}
