import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.js';

/** Auth0's limit on a login from start to end. */
export const STATE_LIFETIME_MS = 60 * 60 * 1000;

/** 124 bytes are 166 base64url characters, the length seen at Auth0. */
const STATE_BYTES = 124;

export type StateRefusal = 'missing' | 'unknown' | 'expired' | 'no_cookie' | 'other_browser' | 'used' | 'superseded';

/** Some refusals name the transaction, so that its record shows them. */
export type StateRedemption =
  | { readonly ok: true; readonly transactionId: string }
  | { readonly ok: false; readonly reason: StateRefusal; readonly transactionId?: string };

interface IssuedState {
  readonly transactionId: string;
  readonly browserId: string;
  readonly issuedAt: number;
  ended?: 'used' | 'superseded';
}

/** Each state is valid once, in one browser, for an hour. */
export class ContinueStates {
  private readonly issued = new Map<string, IssuedState>();

  constructor(private readonly now: Clock) {}

  /** Replaces an unused state of the same transaction. */
  issue(transactionId: string, browserId: string): string {
    this.forgetOld();
    for (const state of this.issued.values()) {
      if (state.transactionId === transactionId) state.ended ??= 'superseded';
    }
    const state = randomBytes(STATE_BYTES).toString('base64url');
    this.issued.set(state, { transactionId, browserId, issuedAt: this.now() });
    return state;
  }

  /** Consumes a state. A refusal leaves a valid state usable in its own browser. */
  redeem(state: unknown, browserId: string | undefined): StateRedemption {
    const redemption = this.check(state, browserId);
    const entry = this.issued.get(String(state));
    if (redemption.ok && entry) entry.ended = 'used';
    return redemption;
  }

  /** Like {@link redeem}, but does not consume the state. */
  check(state: unknown, browserId: string | undefined): StateRedemption {
    if (typeof state !== 'string' || state === '') return { ok: false, reason: 'missing' };
    const entry = this.issued.get(state);
    if (!entry) return { ok: false, reason: 'unknown' };
    const { transactionId } = entry;
    const reason = this.refusal(entry, browserId);
    return reason ? { ok: false, reason, transactionId } : { ok: true, transactionId };
  }

  private refusal(entry: IssuedState, browserId: string | undefined): StateRefusal | undefined {
    if (this.now() - entry.issuedAt >= STATE_LIFETIME_MS) return 'expired';
    if (browserId === undefined) return 'no_cookie';
    if (browserId !== entry.browserId) return 'other_browser';
    return entry.ended;
  }

  /** Keeps used and expired states for a while, so that refusals name the reason. */
  private forgetOld(): void {
    const oldest = this.now() - 2 * STATE_LIFETIME_MS;
    for (const [state, entry] of this.issued) if (entry.issuedAt < oldest) this.issued.delete(state);
  }
}
