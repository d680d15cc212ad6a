import { Inject, Injectable } from '@nestjs/common';
import { AUTH_REDIRECT_OPTIONS, type AuthRedirectOptions } from '../options/auth-redirect.options.js';
import { ContinuePageService } from '../continue-page/continue-page.service.js';
import { ContinueTokenService } from '../token/continue-token.service.js';
import { AuthRedirectError } from '../errors.js';
import { chooseLocale } from '../locales/choose-locale.js';
import { Locales } from '../locales/locales.js';
import { withCookies, type Answer, type HttpRequest } from '../http/answer.js';
import { PagesService } from '../pages/pages.service.js';
import type { SessionToken } from '../session-token.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { parseRedirectParameters } from '../token/redirect-parameters.js';
import { StateBindingService } from '../continue-page/state-binding.service.js';
import { RequestsService, type RequestHandling } from '../requests/requests.service.js';
import { stepAddress } from '../steps/step-address.js';
import { StepRunnerService } from '../steps/step-runner.service.js';
import { StepSessionsService, type Login } from '../steps/step-sessions.service.js';

/**
 * Handles the redirect endpoint, to which an Action sends the user. Adds no route.
 *
 * @publicApi
 */
@Injectable()
export class RedirectService {
  constructor(
    private readonly continueTokens: ContinueTokenService,
    private readonly stateBinding: StateBindingService,
    private readonly stepRunner: StepRunnerService,
    private readonly stepSessions: StepSessionsService,
    private readonly continuePages: ContinuePageService,
    private readonly locales: Locales,
    private readonly pages: PagesService,
    private readonly tenants: TenantsService,
    private readonly requests: RequestsService,
    @Inject(AUTH_REDIRECT_OPTIONS) private readonly options: AuthRedirectOptions,
  ) {}

  /**
   * Answers one request. Never rejects.
   *
   * @param request The request with session token and `state` in the query.
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
    const { state, sessionToken: compact, parameter } = parseRedirectParameters(request.url, this.tenants.parameters);
    const sessionToken = this.continueTokens.verify(compact);
    this.#checkParameter(parameter, sessionToken);
    handling.reached(sessionToken.tenant);
    await this.stateBinding.bind(compact, sessionToken, state);
    const locale = chooseLocale(this.locales, { claims: sessionToken.claims, request });
    const firstStep = this.stepRunner.firstStep(sessionToken);
    if (firstStep !== undefined) {
      const login = this.stepSessions.begin(request, compact, sessionToken, { state, locale });
      // The step's page redirects to the current step.
      if (login.isResumed) return this.#toStep(firstStep, login, request, handling);
      const current = await this.stepRunner.current(login, handling);
      if (current) return this.#toStep(current.step.id, login, request, handling);
    }
    // With an outcome, the Action can distinguish a service whose steps do not apply from one that has lost its steps.
    const outcome = firstStep === undefined ? undefined : ({ outcome: 'completed', steps: {} } as const);
    const answer = this.continuePages.answer(sessionToken, state, { locale, outcome });
    // HEAD shows no page, so it completes no login.
    if (request.method !== 'HEAD') handling.completed({ sessionToken, steps: {} });
    return answer;
  }

  /** A URL with another tenant's parameter was not created by this tenant's Action or its proxy. */
  #checkParameter(parameter: string, { issuer, tenant }: SessionToken): void {
    if (parameter === this.tenants.byIssuer(issuer).sessionTokenParameter) return;
    throw new AuthRedirectError('parameter_missing', { tenant });
  }

  /** Removes the token from the URL, which stays in history and logs. HEAD opens no step session. */
  async #toStep(stepId: string, login: Login, request: HttpRequest, handling: RequestHandling): Promise<Answer> {
    const answer = this.pages.seeOther(stepAddress(stepId, login.session.id, request, this.options.publicUrl));
    const cookies = request.method === 'HEAD' ? [] : await this.stepSessions.keep(login);
    handling.stepped(login.sessionToken.tenant, stepId, answer.status);
    return withCookies(answer, cookies);
  }
}

function checkMethod(method: string): void {
  if (method !== 'GET' && method !== 'HEAD') throw new AuthRedirectError('method_not_allowed');
}
