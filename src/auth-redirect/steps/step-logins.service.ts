import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../clock.js';
import { ContinueTokenService } from '../token/continue-token.service.js';
import type { SessionToken } from '../session-token.js';
import { AuthRedirectError } from '../errors.js';
import type { HttpRequest } from '../http/answer.js';
import type { SessionKey } from '../tenants/session-key.js';
import { TenantsService } from '../tenants/tenants.service.js';
import type { StepSession } from './step-session.js';
import {
  clearOldStepSessions,
  readStepSessionCookies,
  STEP_SESSION_MAX_BYTES,
  stepSessionIds,
  writeStepSessionCookies,
} from './step-session-cookies.js';
import { StepSessionSeal } from './step-session-seal.js';

/** The cookie outlives the session token by this many seconds, so that who comes late is told so. */
const GRACE_SECONDS = 3600;
/** What is left of a login that is over: for a refresh of its last page. Seconds. */
const OVER_SECONDS = 120;
/** Longest session token of a login with steps, in characters: sealed, it takes two thirds of the cookies. */
const SESSION_TOKEN_MAX_LENGTH = 5600;
const LOGIN_ID_BYTES = 12;
const LOGIN_ID = /^[\w-]{16}$/;

/** A login that is in the middle of its steps. */
export interface StepLogin {
  readonly session: StepSession;
  readonly sessionToken: SessionToken;
}

/** Opens, finds and keeps the step sessions of the browsers that are in the middle of a login. */
@Injectable()
export class StepLoginsService {
  constructor(
    private readonly seal: StepSessionSeal,
    @Inject(ContinueTokenService) private readonly continueTokens: ContinueTokenService,
    private readonly tenants: TenantsService,
    private readonly clock: Clock,
  ) {}

  /**
   * A new step session for what a redirect brought; nothing of it is ever taken from the browser again.
   *
   * @throws AuthRedirectError `token_too_large` where the cookies would have no room beside it for what steps give.
   */
  open(compact: string, sessionToken: SessionToken, state: string, locale: string): StepLogin {
    if (compact.length > SESSION_TOKEN_MAX_LENGTH) {
      throw new AuthRedirectError('token_too_large', { tenant: sessionToken.tenant });
    }
    const id = randomBytes(LOGIN_ID_BYTES).toString('base64url');
    return { session: { id, state, sessionToken: compact, locale, done: {} }, sessionToken };
  }

  /** The login that this browser has begun already with the same token and state, where it has. */
  resume(request: HttpRequest, compact: string, sessionToken: SessionToken, state: string): StepLogin | undefined {
    for (const id of stepSessionIds(request)) {
      const opened = this.#opened(id, request);
      const { session } = opened ?? {};
      if (
        opened &&
        session?.sessionToken === compact &&
        session.state === state &&
        this.#isSealedFor(sessionToken, opened)
      ) {
        return { session, sessionToken };
      }
    }
    return undefined;
  }

  /**
   * The login that a request belongs to: the one in its address, if the browser has its cookie.
   *
   * @throws AuthRedirectError `step_session_missing`, `step_session_invalid`, and all that verifying the session token throws,
   *   `token_expired` above all.
   */
  find(request: HttpRequest): StepLogin {
    const id = loginIdOf(request.url);
    if (id === undefined || readStepSessionCookies(id, request) === undefined) {
      throw new AuthRedirectError('step_session_missing');
    }
    const opened = this.#opened(id, request);
    if (!opened) throw new AuthRedirectError('step_session_invalid');
    const sessionToken = this.continueTokens.verify(opened.session.sessionToken);
    if (!this.#isSealedFor(sessionToken, opened)) throw new AuthRedirectError('step_session_invalid');
    return { session: opened.session, sessionToken };
  }

  /**
   * @param request Its cookies of other logins, the oldest first, make room where there are too many.
   * @returns `Set-Cookie` values that keep this login in the browser.
   * @throws RangeError where the steps gave more than the cookies hold.
   */
  keep({ session, sessionToken }: StepLogin, request: HttpRequest): string[] {
    const sealed = this.seal.seal(session, sessionToken.issuer);
    if (sealed.length > STEP_SESSION_MAX_BYTES) {
      throw new RangeError(`a step session takes ${sealed.length} bytes, ${STEP_SESSION_MAX_BYTES} is the most`);
    }
    const remaining = Math.ceil(sessionToken.expiresAt - this.clock.now() / 1000);
    const maxAge = session.isSentOn ? OVER_SECONDS : remaining + GRACE_SECONDS;
    return [
      ...writeStepSessionCookies(session.id, sealed, maxAge),
      ...clearOldStepSessions(session.id, sealed, request),
    ];
  }

  #opened(id: string, request: HttpRequest): ReturnType<StepSessionSeal['open']> {
    const sealed = readStepSessionCookies(id, request);
    const opened = sealed === undefined ? undefined : this.seal.open(sealed);
    return opened?.session.id === id ? opened : undefined;
  }

  /** Another tenant's key opens nothing of this one's: whoever has it could make the session up. */
  #isSealedFor({ issuer }: SessionToken, { key }: { readonly key: SessionKey }): boolean {
    return this.tenants.byIssuer(issuer).keyRing.keys.includes(key);
  }
}

function loginIdOf(target: string): string | undefined {
  const query = target.includes('?') ? target.slice(target.indexOf('?') + 1) : '';
  const ids = new URLSearchParams(query).getAll('login');
  return ids.length === 1 && ids[0] !== undefined && LOGIN_ID.test(ids[0]) ? ids[0] : undefined;
}
