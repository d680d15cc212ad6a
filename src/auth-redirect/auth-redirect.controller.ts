import { All, Controller, Req, Res, type Type } from '@nestjs/common';
import { ContinuePageService } from './continue-page.service.js';
import { ContinueTokenService } from './continue-token/continue-token.service.js';
import { AuthRedirectError } from './errors.js';
import { send, withCookies, type Answer, type HttpRequest, type HttpResponse } from './pages/answer.js';
import { chooseLocale } from './locales/choose-locale.js';
import { Locales } from './locales/locales.js';
import { PagesService } from './pages/pages.service.js';
import { parseRedirectParameters } from './redirect-parameters.js';
import { StateBindingService } from './replay/state-binding.service.js';
import { RequestsService, type RequestHandling } from './requests.service.js';
import { stepAddress } from './steps/step-address.js';
import { StepLoginsService, type StepLogin } from './steps/step-logins.service.js';
import { StepRunnerService } from './steps/step-runner.service.js';

/**
 * The endpoint that an Action sends the user to.
 *
 * It is made for a path, not found by one: the path is known before the options are, and differs between two instances of
 * the module in one application.
 */
export function authRedirectControllerAt(path: string): Type<unknown> {
  @Controller(path)
  class AuthRedirectController {
    constructor(
      private readonly continueTokens: ContinueTokenService,
      private readonly stateBinding: StateBindingService,
      private readonly stepRunner: StepRunnerService,
      private readonly stepLogins: StepLoginsService,
      private readonly continuePages: ContinuePageService,
      private readonly locales: Locales,
      private readonly pages: PagesService,
      private readonly requests: RequestsService,
    ) {}

    /** Every method, so that the others are refused here and on both adapters alike. */
    @All()
    async redirect(@Req() request: HttpRequest, @Res() response: HttpResponse): Promise<void> {
      const handling = this.requests.begin(request);
      try {
        checkMethod(request.method);
        const { state, sessionToken: compact } = parseRedirectParameters(request.url);
        const sessionToken = this.continueTokens.verify(compact);
        await this.stateBinding.bind(compact, sessionToken, state);
        const locale = chooseLocale(this.locales.tags, { claims: sessionToken.claims, request });
        const entry = this.stepRunner.entry(sessionToken);
        if (entry !== undefined) {
          const begun = await this.stepLogins.resume(request, compact, sessionToken, state);
          if (begun) return send(response, await this.#toStep(entry, begun, request, handling));
          const login = this.stepLogins.open(compact, sessionToken, state, locale);
          const current = await this.stepRunner.current(login, handling.reference);
          if (current) return send(response, await this.#toStep(current.step.id, login, request, handling));
        }
        send(response, await this.continuePages.answer(sessionToken, state, locale));
        handling.completed(sessionToken.tenant);
      } catch (error) {
        send(response, await handling.refused(error));
      }
    }

    /** To an address without the token, which would stay in history and logs; the login goes on from there as far as it is. */
    async #toStep(stepId: string, login: StepLogin, request: HttpRequest, handling: RequestHandling): Promise<Answer> {
      const answer = this.pages.seeOther(stepAddress(stepId, login.session.id, request));
      const cookies = await this.stepLogins.keep(login, request);
      handling.stepped(login.sessionToken.tenant, stepId, answer.status);
      return withCookies(answer, cookies);
    }
  }
  return AuthRedirectController;
}

/** RFC 9110 section 9.3: what else there is would change something, and nothing here changes. */
function checkMethod(method: string): void {
  if (method !== 'GET' && method !== 'HEAD') throw new AuthRedirectError('method_not_allowed');
}
