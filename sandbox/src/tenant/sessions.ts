import type { Clock } from '../clock.js';
import type { JsonObject } from '../json.js';
import type { RequestFacts } from './login-transaction.js';

/** One way in which the user of a session has authenticated. */
export interface AuthenticationMethod {
  /** `pwd`, `federated`, `email`, `sms`, `mfa`, or the address that `recordMethod` was called with. */
  readonly name: string;
  /** ISO 8601. */
  readonly timestamp: string;
  /** The factor, where the name is `mfa`. */
  readonly type?: string;
}

/** The session of a browser at the tenant. Times are ISO 8601. */
export interface SandboxSession {
  readonly id: string;
  userId: string;
  readonly createdAt: string;
  authenticatedAt: string;
  updatedAt: string;
  readonly clientIds: Set<string>;
  methods: AuthenticationMethod[];
  readonly metadata: JsonObject;
  /** Until when the browser needs no factor for `api.multifactor.enable`, in milliseconds since the epoch. */
  rememberedUntil?: number;
  readonly initial: RequestFacts;
  latest: RequestFacts;
}

/** How a user came to be known: by logging in now, or by a session that was there. */
export type Identification = 'form' | 'session';

/** The sessions of this run. They keep their times and methods across single sign-on. */
export class Sessions {
  private readonly sessions = new Map<string, SandboxSession>();

  constructor(private readonly now: Clock) {}

  /** Returns the session of an id; it begins with the first login in it. */
  visit(id: string, userId: string, clientId: string, request: RequestFacts): SandboxSession {
    const at = new Date(this.now()).toISOString();
    const found = this.sessions.get(id);
    const session =
      found?.userId === userId
        ? found
        : {
            ...{ id, userId, createdAt: at, authenticatedAt: at, updatedAt: at, clientIds: new Set<string>() },
            ...{ methods: [], metadata: {}, initial: request, latest: request },
          };
    session.clientIds.add(clientId);
    session.updatedAt = at;
    session.latest = request;
    this.sessions.set(id, session);
    return session;
  }

  /** Notes that the user has authenticated now. A method replaces an earlier use of the same one. */
  authenticated(session: SandboxSession, name: string, type?: string): void {
    const timestamp = new Date(this.now()).toISOString();
    const others = session.methods.filter((method) => method.name !== name || method.type !== type);
    session.methods = [...others, { name, timestamp, ...(type === undefined ? {} : { type }) }];
    if (name !== 'mfa' && !URL.canParse(name)) session.authenticatedAt = timestamp;
  }

  /** Returns the session of an id, if it is known. */
  find(id: string): SandboxSession | undefined {
    return this.sessions.get(id);
  }

  /** Ends a session. */
  end(id: string): void {
    this.sessions.delete(id);
  }
}
