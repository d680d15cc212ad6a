import { All, Controller, Req, Res, type Type } from '@nestjs/common';
import { ContinueTokenService } from './continue-token/continue-token.service.js';
import type { SessionToken } from './continue-token/session-token.js';
import { AuthRedirectError } from './errors.js';
import { send, type Answer, type HttpRequest, type HttpResponse } from './pages/answer.js';
import { PagesService } from './pages/pages.service.js';
import { parseRedirectParameters } from './redirect-parameters.js';
import { StateBindingService } from './replay/state-binding.service.js';
import { RequestsService } from './requests.service.js';
import { TenantsService } from './tenants/tenants.service.js';

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
      private readonly tenants: TenantsService,
      private readonly stateBinding: StateBindingService,
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
        checkNoSteps(sessionToken);
        send(response, this.#continuePage(sessionToken, state));
        handling.completed(sessionToken.tenant);
      } catch (error) {
        send(response, handling.refused(error));
      }
    }

    #continuePage(sessionToken: SessionToken, state: string): Answer {
      const { continueUrl } = this.tenants.byIssuer(sessionToken.issuer);
      return this.pages.continuePage({
        continueUrl,
        state,
        sessionToken: this.continueTokens.sign(sessionToken, state),
      });
    }
  }
  return AuthRedirectController;
}

/** RFC 9110 section 9.3: what else there is would change something, and nothing here changes. */
function checkMethod(method: string): void {
  if (method !== 'GET' && method !== 'HEAD') throw new AuthRedirectError('method_not_allowed');
}

/** An Action that asks for a step must not be answered as if the step had been taken. */
function checkNoSteps({ claims: { steps }, tenant }: SessionToken): void {
  if (steps === undefined || (Array.isArray(steps) && steps.length === 0)) return;
  throw new AuthRedirectError('steps_not_available', { tenant });
}
