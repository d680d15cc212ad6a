import { isoTime, type Clock } from '../clock.js';
import type { JsonObject } from '../json.js';
import type { RequestFacts } from './request-facts.js';

/** Maximum number of sessions. The least recently used one is dropped first. */
const SESSIONS_KEPT = 1000;

const DAY_MS = 86_400_000;

/** Lifetimes of a new tenant. */
export const SESSION_LIFETIME = { idleMs: 3 * DAY_MS, absoluteMs: 7 * DAY_MS };

/** A `persistent` cookie remains after the browser closes. */
export type CookieMode = 'persistent' | 'non-persistent';

export interface AuthenticationMethod {
  /** `pwd`, `federated`, `email`, `sms`, `mfa`, or the address passed to `recordMethod`. */
  readonly name: string;
  /** ISO 8601. */
  readonly timestamp: string;
  /** The factor of `mfa`. */
  readonly type?: string;
}

/** A browser's session at the tenant. Times are ISO 8601, unless stated otherwise. */
export interface SandboxSession {
  readonly id: string;
  userId: string;
  readonly createdAt: string;
  authenticatedAt: string;
  updatedAt: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
  /** Milliseconds since the epoch. */
  idleExpiresAt: number;
  cookieMode: CookieMode;
  readonly clientIds: Set<string>;
  methods: AuthenticationMethod[];
  metadata: JsonObject;
  /** Until this time, `api.multifactor.enable` needs no factor. Milliseconds since the epoch. */
  rememberedUntil?: number;
  readonly initial: RequestFacts;
  latest: RequestFacts;
}

/** Sessions keep their times and methods across single sign-on. */
export class Sessions {
  private readonly sessions = new Map<string, SandboxSession>();

  constructor(private readonly now: Clock) {}

  /** Creates the session at its first login. */
  visit(id: string, userId: string, clientId: string, request: RequestFacts): SandboxSession {
    const found = this.sessions.get(id);
    const session = found?.userId === userId ? found : this.begin(id, userId, request);
    session.clientIds.add(clientId);
    session.updatedAt = isoTime(this.now);
    session.idleExpiresAt = Math.min(this.now() + SESSION_LIFETIME.idleMs, session.expiresAt);
    session.latest = request;
    // A map keeps the order of insertion.
    this.sessions.delete(id);
    this.sessions.set(id, session);
    const [oldest] = this.sessions.keys();
    if (this.sessions.size > SESSIONS_KEPT && oldest !== undefined) this.sessions.delete(oldest);
    return session;
  }

  /** A repeated method replaces its earlier use. */
  authenticated(session: SandboxSession, name: string, type?: string): void {
    const timestamp = isoTime(this.now);
    const others = session.methods.filter((method) => method.name !== name || method.type !== type);
    session.methods = [...others, { name, timestamp, ...(type === undefined ? {} : { type }) }];
    if (name !== 'mfa' && !URL.canParse(name)) session.authenticatedAt = timestamp;
  }

  find(id: string): SandboxSession | undefined {
    return this.sessions.get(id);
  }

  /** If a session has expired or was revoked, the next authorize request needs a login. */
  isOver(id: string): boolean {
    const session = this.sessions.get(id);
    return session !== undefined && this.now() >= Math.min(session.expiresAt, session.idleExpiresAt);
  }

  end(id: string): void {
    this.sessions.delete(id);
  }

  private begin(id: string, userId: string, request: RequestFacts): SandboxSession {
    const now = this.now();
    const at = new Date(now).toISOString();
    const { absoluteMs, idleMs } = SESSION_LIFETIME;
    return {
      ...{ id, userId, createdAt: at, authenticatedAt: at, updatedAt: at, clientIds: new Set<string>() },
      ...{ expiresAt: now + absoluteMs, idleExpiresAt: now + idleMs, cookieMode: 'persistent' },
      ...{ methods: [], metadata: {}, initial: request, latest: request },
    };
  }
}
