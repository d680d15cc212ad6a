import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../clock.js';
import { AuthRedirectError } from '../errors.js';
import type { HttpRequest } from '../http/answer.js';
import type { JsonValue } from '../json.js';
import { AUTH_REDIRECT_OPTIONS, type AuthRedirectOptions } from '../options/auth-redirect.options.js';
import { digest } from '../replay/digest.js';
import { ReplayStore } from '../replay/replay-store.js';
import type { SessionToken } from '../session-token.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { ContinueTokenService } from '../token/continue-token.service.js';
import { headerOf, openSealed, seal } from './seal.js';
import { loginIdOf } from './step-address.js';
import { STEP_SESSION_MAX_BYTES, StepSessionCookies } from './step-session-cookies.js';
import type { Denied } from './step.js';

/** Limits of step sessions per session token, and per user and hour: each needs space in the store. */
const STEP_SESSIONS_PER_TOKEN = 20;
const STEP_SESSIONS_PER_USER = 100;
const HOUR_SECONDS = 3600;

/** The cookie outlives the session token, so that late users see why their login ended. */
const GRACE_SECONDS = 3600;
/** Keeps a finished login in the browser, for a refresh of its last page. */
const FINISHED_SECONDS = 120;
/** Limit for a login with steps. Encrypted, the session token fills two thirds of the cookies. */
const SESSION_TOKEN_MAX_LENGTH = 5600;
const LOGIN_ID_BYTES = 12;
const KIND = 'step-session';

/** Content of the encrypted cookie during the steps of a login. */
export interface StepSession {
  /** Id in each step's URL, so that every tab finds its login. Useless without the cookie. */
  readonly id: string;
  /** Auth0's `state`, from the same request as the session token. */
  readonly state: string;
  /** Every request verifies the session token again, so the step session expires with it. */
  readonly sessionToken: string;
  /** Language of the pages. */
  readonly locale: string;
  /** Data of the completed steps, by step id. */
  readonly done: Readonly<Record<string, JsonValue>>;
  /** Set after the continue page was shown. It submits automatically only the first time. */
  readonly isSentOn?: true;
  readonly denied?: Pick<Denied, 'error' | 'description'>;
}

export interface Login {
  readonly session: StepSession;
  readonly sessionToken: SessionToken;
  readonly cookies: StepSessionCookies;
}

@Injectable()
export class StepSessionsService {
  constructor(
    private readonly continueTokens: ContinueTokenService,
    private readonly tenants: TenantsService,
    private readonly store: ReplayStore,
    private readonly clock: Clock,
    @Inject(AUTH_REDIRECT_OPTIONS) private readonly options: AuthRedirectOptions,
  ) {}

  /**
   * Returns this browser's login with the same token and state; otherwise a new one.
   *
   * @throws AuthRedirectError `token_too_large` if the token leaves no space for the steps' data.
   */
  begin(
    request: HttpRequest,
    compact: string,
    sessionToken: SessionToken,
    { state, locale }: Pick<StepSession, 'state' | 'locale'>,
  ): Login & { readonly isResumed: boolean } {
    const cookies = new StepSessionCookies(request, this.options.publicUrl);
    for (const loginId of cookies.sealed.keys()) {
      const login = this.#open(loginId, cookies, (other) => (other === compact ? sessionToken : undefined));
      if (login?.session.state === state) return { ...login, isResumed: true };
    }
    if (compact.length > SESSION_TOKEN_MAX_LENGTH) {
      throw new AuthRedirectError('token_too_large', { tenant: sessionToken.tenant });
    }
    const id = randomBytes(LOGIN_ID_BYTES).toString('base64url');
    return { session: { id, state, sessionToken: compact, locale, done: {} }, sessionToken, cookies, isResumed: false };
  }

  /**
   * @throws AuthRedirectError `step_session_missing`, `step_session_invalid`, and the codes of {@link ContinueTokenService.verify}, usually
   *   `token_expired`.
   */
  find(request: HttpRequest): Login {
    const loginId = loginIdOf(request);
    const cookies = new StepSessionCookies(request, this.options.publicUrl);
    if (loginId === undefined || !cookies.sealed.get(loginId)) throw new AuthRedirectError('step_session_missing');
    const login = this.#open(loginId, cookies, (compact) => this.continueTokens.verify(compact));
    if (!login) throw new AuthRedirectError('step_session_invalid');
    return login;
  }

  isCarriedBy(request: HttpRequest): boolean {
    const cookies = new StepSessionCookies(request, this.options.publicUrl);
    return Boolean(cookies.sealed.get(loginIdOf(request) ?? ''));
  }

  /**
   * Returns `Set-Cookie` values.
   *
   * @throws AuthRedirectError `too_many_step_sessions` for a new step session, if its token or user has too many.
   * @throws RangeError if the step session is too large.
   */
  async keep(login: Login): Promise<string[]> {
    const { session, sessionToken, cookies } = login;
    const sealed = this.#seal(login);
    if (sealed.length > STEP_SESSION_MAX_BYTES) throw new RangeError(`a step session of ${sealed.length} bytes`);
    if (!cookies.sealed.has(session.id)) await this.#count(login);
    const remaining = Math.ceil(sessionToken.expiresAt - this.clock.now() / 1000);
    return cookies.store(session.id, sealed, session.isSentOn ? FINISHED_SECONDS : remaining + GRACE_SECONDS);
  }

  /** Returns the size in bytes. At most {@link STEP_SESSION_MAX_BYTES} can be stored. */
  sizeOf(login: Login): number {
    return this.#seal(login).length;
  }

  async #count({ session, sessionToken: { tenant, subject, expiresAt } }: Login): Promise<void> {
    const user = digest(tenant, subject);
    const hour = this.clock.now() / 1000 + HOUR_SECONDS;
    const ofToken = await this.store.count(digest('step-sessions', session.sessionToken), expiresAt);
    const ofUser = await this.store.count(digest('step-sessions-of-user', user), hour);
    if (ofToken <= STEP_SESSIONS_PER_TOKEN && ofUser <= STEP_SESSIONS_PER_USER) return;
    throw new AuthRedirectError('too_many_step_sessions', { tenant, subject: user });
  }

  /** Every replica has the key of the session token, also during a rotation. */
  #seal({ session, sessionToken }: Login): string {
    const key = this.continueTokens.keyOf(sessionToken);
    return seal(JSON.stringify(session), { typ: KIND, kid: key.id }, key.stepSessionKey(session.id));
  }

  /** Returns undefined for another login's step session, or after the secret was removed. */
  #open(
    loginId: string,
    cookies: StepSessionCookies,
    verify: (compact: string) => SessionToken | undefined,
  ): Login | undefined {
    const sealed = cookies.sealed.get(loginId) ?? '';
    const key = this.tenants.keyById(headerOf(sealed).kid);
    const text = key && openSealed(sealed, KIND, key.stepSessionKey(loginId));
    if (!key || text === undefined) return undefined;
    const session: StepSession = JSON.parse(text);
    const sessionToken = verify(session.sessionToken);
    // Another tenant could forge a step session and seal it with its own key.
    const isOwnKey = sessionToken && this.continueTokens.keyOf(sessionToken).id === key.id;
    return isOwnKey ? { session, sessionToken, cookies } : undefined;
  }
}
