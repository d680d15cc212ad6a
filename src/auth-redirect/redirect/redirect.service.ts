import { Inject, Injectable } from '@nestjs/common';
import { AUTH_REDIRECT_OPTIONS, type AuthRedirectOptions } from '../options/auth-redirect.options.js';
import { ContinuePageService } from '../continue-page/continue-page.service.js';
import { ContinueTokenService } from '../token/continue-token.service.js';
import { AuthRedirectError } from '../errors.js';
import { chooseLocale } from '../locales/choose-locale.js';
import { Locales } from '../locales/locales.js';
import { withCookies, type Answer, type HttpRequest } from '../http/answer.js';
import { PagesService } from '../pages/pages.service.js';
import { parseRedirectParameters } from '../token/redirect-parameters.js';
import { StateBindingService } from '../continue-page/state-binding.service.js';
import { RequestsService, type RequestHandling } from '../requests/requests.service.js';
import { stepAddress } from '../steps/step-address.js';
import { StepLoginsService, type StepLogin } from '../steps/step-logins.service.js';
import { StepRunnerService } from '../steps/step-runner.service.js';

/**
 * Answers the redirect endpoint, which an Action sends the user to. Has no route of its own.
 *
 * @publicApi
 */
@Injectable()
export class RedirectService {
  constructor(
    private readonly continueTokens: ContinueTokenService,
    private readonly stateBinding: StateBindingService,
    private readonly stepRunner: StepRunnerService,
    private readonly stepLogins: StepLoginsService,
    private readonly continuePages: ContinuePageService,
    private readonly locales: Locales,
    private readonly pages: PagesService,
    private readonly requests: RequestsService,
    @Inject(AUTH_REDIRECT_OPTIONS) private readonly options: AuthRedirectOptions,
  ) {}

  /**
   * Answers one request. Never rejects.
   *
   * @param request Carries `session_token` and `state` in its query.
   * @returns The continue page (200), a redirect to the first step (303), or a refusal.
   */
  async answer(request: HttpRequest): Promise<Answer> {
    const handling = this.requests.begin(request);
    try {
      return await this.#answer(request, handling);
    } catch (error) {
      return handling.refused(error);
    }
  }

  async #answer(request: HttpRequest, handling: RequestHandling): Promise<Answer> {
    checkMethod(request.method);
    const { state, sessionToken: compact } = parseRedirectParameters(request.url);
    const sessionToken = this.continueTokens.verify(compact);
    await this.stateBinding.bind(compact, sessionToken, state);
    const locale = chooseLocale(this.locales, { claims: sessionToken.claims, request });
    const entry = this.stepRunner.entry(sessionToken);
    if (entry !== undefined) {
      const begun = this.stepLogins.resume(request, compact, sessionToken, state);
      if (begun) return this.#toStep(entry, begun, request, handling);
      const login = this.stepLogins.open(compact, sessionToken, state, locale);
      const current = await this.stepRunner.current(login, handling.reference);
      if (current) return this.#toStep(current.step.id, login, request, handling);
    }
    const answer = await this.continuePages.answer(sessionToken, state, { locale });
    // HEAD shows nobody a page, so the login has not gone on.
    if (request.method !== 'HEAD') handling.completed({ sessionToken, steps: {} });
    return answer;
  }

  /** Redirects to an address without the token, which would otherwise stay in history and logs. */
  #toStep(stepId: string, login: StepLogin, request: HttpRequest, handling: RequestHandling): Answer {
    const answer = this.pages.seeOther(stepAddress(stepId, login.session.id, request, this.options.publicUrl));
    const cookies = this.stepLogins.keep(login, request);
    handling.stepped(login.sessionToken.tenant, stepId, answer.status);
    return withCookies(answer, cookies);
  }
}

/** RFC 9110 section 9.3: every other method would change something. */
function checkMethod(method: string): void {
  if (method !== 'GET' && method !== 'HEAD') throw new AuthRedirectError('method_not_allowed');
}
