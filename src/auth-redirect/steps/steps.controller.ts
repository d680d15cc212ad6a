import { All, Controller, Param, Req, Res, type Type } from '@nestjs/common';
import { Clock } from '../clock.js';
import { AuthRedirectError } from '../errors.js';
import { send, withCookies, type Answer, type HttpResponse } from '../pages/answer.js';
import { ContinuePageService } from '../continue-page.service.js';
import { CANCELLED } from '../pages/messages.js';
import { PagesService } from '../pages/pages.service.js';
import { RequestsService, type RequestHandling } from '../requests.service.js';
import { checkSameOrigin } from './check-same-origin.js';
import type { Denied, JsonValue, StepResult } from './step.js';
import { stepAddress } from './step-address.js';
import { readForm, validateForm, type FormRequest, type FormValues } from './step-form.js';
import { StepLoginsService, type StepLogin } from './step-logins.service.js';
import { StepRunnerService, type CurrentStep } from './step-runner.service.js';

/** Name of the button that gives up; no field of a form may be named so. */
const CANCEL_FIELD = '_cancel';

/** A result that the browser is told about on the page of the same step. */
interface Posted {
  readonly values: FormValues;
  readonly messages: Readonly<Record<string, string>>;
}

/** The pages of the steps, below the redirect endpoint. */
export function stepsControllerAt(path: string): Type<unknown> {
  @Controller(`${path}/steps`)
  class StepsController {
    constructor(
      private readonly logins: StepLoginsService,
      private readonly runner: StepRunnerService,
      private readonly continuePages: ContinuePageService,
      private readonly pages: PagesService,
      private readonly requests: RequestsService,
      private readonly clock: Clock,
    ) {}

    @All(':id')
    async step(@Req() request: FormRequest, @Res() response: HttpResponse, @Param('id') id: string): Promise<void> {
      const handling = this.requests.begin(request);
      try {
        checkMethod(request.method);
        const login = await this.logins.find(request);
        send(response, await this.#answer(login, id, request, handling));
      } catch (error) {
        send(response, handling.refused(error));
      }
    }

    /** Whatever the address says, a login is where its session says it is. */
    async #answer(login: StepLogin, id: string, request: FormRequest, handling: RequestHandling): Promise<Answer> {
      const current = await this.#current(login, handling);
      if (!current) return this.#continuePage(login, handling);
      if (current.step.id !== id) return this.#goTo(current, login, request, handling);
      if (request.method !== 'POST') return this.#page(current, login, request, handling);
      checkSameOrigin(request);
      return this.#submitted(current, login, request, handling);
    }

    async #submitted(
      current: CurrentStep,
      login: StepLogin,
      request: FormRequest,
      handling: RequestHandling,
    ): Promise<Answer> {
      const values = await readForm(request);
      if (values[CANCEL_FIELD] !== undefined) return this.#denied(CANCELLED, login, handling);
      const { step, context } = current;
      const { form, messages } = await validateForm(step.form, values);
      if (Object.keys(messages).length > 0) return this.#page(current, login, request, handling, { values, messages });
      const result: StepResult<object, JsonValue> = await step.submit(context, form);
      switch (result.type) {
        case 'completed':
          return this.#completed({ ...login.session.done, [step.id]: result.data }, login, request, handling);
        case 'invalid':
          return this.#page(current, login, request, handling, { values, messages: definedOf(result.messages) });
        case 'denied':
          return this.#denied(result, login, handling);
        default:
          return unknownResult(result);
      }
    }

    async #completed(
      done: StepLogin['session']['done'],
      { session, sessionToken }: StepLogin,
      request: FormRequest,
      handling: RequestHandling,
    ): Promise<Answer> {
      const login = { session: { ...session, done }, sessionToken };
      const cookies = await this.logins.keep(login);
      const next = await this.#current(login, handling);
      const answer = next ? this.#goTo(next, login, request, handling) : await this.#continuePage(login, handling);
      return withCookies(answer, cookies);
    }

    async #denied(
      { error, description }: Pick<Denied, 'error' | 'description'>,
      login: StepLogin,
      handling: RequestHandling,
    ): Promise<Answer> {
      const denied = { ...login, session: { ...login.session, denied: { error, description } } };
      const cookies = await this.logins.keep(denied);
      return withCookies(await this.#continuePage(denied, handling), cookies);
    }

    /** None where the login is over, be it done or denied. */
    async #current(
      { session, sessionToken }: StepLogin,
      { reference }: RequestHandling,
    ): Promise<CurrentStep | undefined> {
      return session.denied ? undefined : this.runner.current(sessionToken, session.done, reference);
    }

    async #page(
      { step, context, position, total }: CurrentStep,
      { session, sessionToken }: StepLogin,
      request: FormRequest,
      handling: RequestHandling,
      { values, messages }: Posted = { values: {}, messages: {} },
    ): Promise<Answer> {
      const answer = this.pages.stepPage({
        view: await step.view(context),
        action: stepAddress(step.id, session.id, request),
        position,
        total,
        minutesLeft: Math.ceil((sessionToken.expiresAt - this.clock.now() / 1000) / 60),
        values,
        messages,
      });
      handling.stepped(sessionToken.tenant, step.id, answer.status);
      return answer;
    }

    #goTo(
      { step }: CurrentStep,
      { session, sessionToken }: StepLogin,
      request: FormRequest,
      handling: RequestHandling,
    ): Answer {
      handling.stepped(sessionToken.tenant, step.id, 303);
      return this.pages.seeOther(stepAddress(step.id, session.id, request));
    }

    async #continuePage(
      { session: { state, done: steps, denied }, sessionToken }: StepLogin,
      handling: RequestHandling,
    ): Promise<Answer> {
      const outcome = denied
        ? ({ outcome: 'denied', steps, error: denied.error, error_description: denied.description } as const)
        : ({ outcome: 'completed', steps } as const);
      const answer = await this.continuePages.answer(sessionToken, state, outcome);
      handling.completed(sessionToken.tenant, outcome.outcome);
      return answer;
    }
  }
  return StepsController;
}

function checkMethod(method: string): void {
  if (!['GET', 'HEAD', 'POST'].includes(method)) throw new AuthRedirectError('step_method_not_allowed');
}

function definedOf(messages: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(messages).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function unknownResult(result: never): never {
  throw new TypeError(`a step gave ${typeof result}, which is no result`);
}
