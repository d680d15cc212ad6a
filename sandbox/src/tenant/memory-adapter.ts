import type { Adapter, AdapterPayload } from 'oidc-provider';

/** The limit for each kind. The oldest entries are dropped first. */
const KEPT = 10_000;

interface Stored {
  readonly payload: AdapterPayload;
  readonly expiresAt: number;
}

export class MemoryAdapter implements Adapter {
  private readonly stored = new Map<string, Stored>();

  /** Each kind has its own adapter, so keys do not contain the kind. */
  constructor(readonly name: string) {}

  async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    this.dropExpired();
    this.stored.set(id, { payload, expiresAt: expiresIn ? Date.now() + expiresIn * 1000 : Infinity });
    const [oldest] = this.stored.keys();
    if (this.stored.size > KEPT && oldest !== undefined) this.stored.delete(oldest);
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const entry = this.stored.get(id);
    return entry && entry.expiresAt > Date.now() ? entry.payload : undefined;
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.payloads().find((payload) => payload.uid === uid);
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.payloads().find((payload) => payload.userCode === userCode);
  }

  async consume(id: string): Promise<void> {
    const payload = await this.find(id);
    if (payload) payload.consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id: string): Promise<void> {
    this.stored.delete(id);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [id, { payload }] of this.stored) if (payload.grantId === grantId) this.stored.delete(id);
  }

  private payloads(): AdapterPayload[] {
    this.dropExpired();
    return [...this.stored.values()].map(({ payload }) => payload);
  }

  private dropExpired(): void {
    const now = Date.now();
    for (const [id, { expiresAt }] of this.stored) if (expiresAt <= now) this.stored.delete(id);
  }
}
