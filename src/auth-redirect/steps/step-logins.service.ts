import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../clock.js';
import { ContinueTokenService } from '../continue-token/continue-token.service.js';
import type { SessionToken } from '../continue-token/session-token.js';
import { AuthRedirectError } from '../errors.js';
import type { HttpRequest } from '../pages/answer.js';
import type { StepSession } from './step-session.js';
import { readStepSessionCookies, STEP_SESSION_MAX_BYTES, writeStepSessionCookies } from './step-session-cookies.js';
import { StepSessionSeal } from './step-session-seal.js';

/** The cookie outlives the session token by this many seconds, so that who comes late is told so. */
const GRACE_SECONDS = 3600;
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
    private readonly clock: Clock,
  ) {}

  /** A new step session for what a redirect brought; nothing of it is ever taken from the browser again. */
  open(compact: string, sessionToken: SessionToken, state: string, locale: string): StepLogin {
    const id = randomBytes(LOGIN_ID_BYTES).toString('base64url');
    return { session: { id, state, sessionToken: compact, locale, done: {} }, sessionToken };
  }

  /**
   * The login that a request belongs to: the one in its address, if the browser has its cookie.
   *
   * @throws AuthRedirectError `step_session_missing`, `step_session_invalid`, and all that verifying the session token throws,
   *   `token_expired` above all.
   */
  async find(request: HttpRequest): Promise<StepLogin> {
    const id = loginIdOf(request.url);
    const sealed = id === undefined ? undefined : readStepSessionCookies(id, request);
    if (sealed === undefined) throw new AuthRedirectError('step_session_missing');
    const session = await this.seal.open(sealed);
    if (session?.id !== id || session === undefined) throw new AuthRedirectError('step_session_invalid');
    return { session, sessionToken: this.continueTokens.verify(session.sessionToken) };
  }

  /**
   * @returns `Set-Cookie` values that keep this login in the browser.
   * @throws RangeError where a step gave more than the cookies hold: a mistake of the step's author.
   */
  async keep({ session, sessionToken }: StepLogin): Promise<string[]> {
    const sealed = await this.seal.seal(session, sessionToken.issuer);
    if (sealed.length > STEP_SESSION_MAX_BYTES) {
      throw new RangeError(`a step session takes ${sealed.length} bytes, ${STEP_SESSION_MAX_BYTES} is the most`);
    }
    const remaining = Math.ceil(sessionToken.expiresAt - this.clock.now() / 1000);
    return writeStepSessionCookies(session.id, sealed, remaining + GRACE_SECONDS);
  }
}

function loginIdOf(target: string): string | undefined {
  const query = target.includes('?') ? target.slice(target.indexOf('?') + 1) : '';
  const ids = new URLSearchParams(query).getAll('login');
  return ids.length === 1 && ids[0] !== undefined && LOGIN_ID.test(ids[0]) ? ids[0] : undefined;
}
