import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.js';
import type { JsonObject } from '../json.js';
import type { RequestFacts } from './request-facts.js';
import type { Organization } from '../directory/organizations.js';
import type { AuthenticationMethod } from './sessions.js';

/** Maximum number of tokens. The oldest one is dropped first. */
const TOKENS_KEPT = 1000;

/** The idle default and the maximum (Auth0: Configure Refresh Token Expiration). */
export const REFRESH_TOKEN_LIFETIME = { idleMs: 2_592_000_000, absoluteMs: 31_557_600_000 };

/** Changes apply when the token is issued or exchanged. */
export interface RefreshTokenChanges {
  /** Includes earlier metadata. */
  metadata: JsonObject;
  /** Milliseconds since the epoch. */
  expiresAt?: number;
  /** Milliseconds since the epoch. */
  idleExpiresAt?: number;
}

/** Rotation changes only the token's value. Times are milliseconds since the epoch. */
export interface SandboxRefreshToken {
  readonly id: string;
  readonly clientId: string;
  readonly userId: string;
  readonly sessionId?: string;
  readonly createdAt: number;
  readonly rotating: boolean;
  readonly audience?: string;
  readonly organization?: Organization;
  /** Authentication methods of the login. */
  readonly methods: readonly AuthenticationMethod[];
  readonly initial: RequestFacts;
  latest: RequestFacts;
  expiresAt: number;
  idleExpiresAt: number;
  lastExchangedAt?: number;
  metadata: JsonObject;
}

export type IssuedRefreshToken = Pick<
  SandboxRefreshToken,
  'clientId' | 'userId' | 'sessionId' | 'rotating' | 'audience' | 'organization' | 'methods' | 'initial'
>;

/** Tokens of this run, by grant. */
export class RefreshTokens {
  private readonly byGrant = new Map<string, SandboxRefreshToken>();

  constructor(private readonly now: Clock) {}

  issue(grantId: string, issued: IssuedRefreshToken, changes: RefreshTokenChanges): void {
    const createdAt = this.now();
    const { idleMs, absoluteMs } = REFRESH_TOKEN_LIFETIME;
    const token: SandboxRefreshToken = {
      ...{ ...issued, id: `rt_${randomBytes(9).toString('hex')}`, createdAt, latest: issued.initial, metadata: {} },
      ...{ expiresAt: createdAt + absoluteMs, idleExpiresAt: createdAt + idleMs },
    };
    change(token, changes, createdAt);
    this.byGrant.set(grantId, token);
    const [oldest] = this.byGrant.keys();
    if (this.byGrant.size > TOKENS_KEPT && oldest !== undefined) this.byGrant.delete(oldest);
  }

  /** Returns only tokens that have not expired. */
  find(grantId: string | undefined): SandboxRefreshToken | undefined {
    const token = this.byGrant.get(grantId ?? '');
    return token && this.now() < Math.min(token.expiresAt, token.idleExpiresAt) ? token : undefined;
  }

  exchanged(token: SandboxRefreshToken, request: RequestFacts, changes: RefreshTokenChanges): void {
    const now = this.now();
    token.latest = request;
    token.lastExchangedAt = now;
    change(token, changes, now);
  }

  revoke(token: SandboxRefreshToken): void {
    token.expiresAt = 0;
  }

  revokeOf(sessionId: string): void {
    for (const token of this.byGrant.values()) if (token.sessionId === sessionId) this.revoke(token);
  }
}

/** Lifetimes can only become shorter. The idle lifetime restarts with each exchange. */
function change(token: SandboxRefreshToken, changes: RefreshTokenChanges, now: number): void {
  token.metadata = changes.metadata;
  token.expiresAt = Math.min(token.expiresAt, changes.expiresAt ?? Infinity);
  const idle = changes.idleExpiresAt ?? Infinity;
  token.idleExpiresAt = Math.min(now + REFRESH_TOKEN_LIFETIME.idleMs, idle, token.expiresAt);
}
