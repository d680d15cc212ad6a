import { Inject, Injectable } from '@nestjs/common';
import { AUTH_REDIRECT_OPTIONS, type AuthRedirectOptions } from '../options/auth-redirect.options.js';
import { Clock } from '../clock.js';
import { ContinuePageService } from '../continue-page/continue-page.service.js';
import { AuthRedirectError } from '../errors.js';
import { withCookies, type Answer } from '../http/answer.js';
import { PagesService } from '../pages/pages.service.js';
import { RequestsService, type RequestHandling } from '../requests/requests.service.js';
import { checkSameOrigin } from './check-same-origin.js';
import { invalid, type Denied, type Invalid } from './step.js';
import type { JsonValue } from '../json.js';
import { stepAddress } from './step-address.js';
import { readForm, readQuery, validateForm, type FormRequest, type FormValues } from './step-form.js';
import { StepLoginsService, type StepLogin } from './step-logins.service.js';
import { checkedResult, unknownResult, type AnyResult } from './step-result.js';
import { StepResultsService } from './step-results.service.js';
import { StepRunnerService, type CurrentStep } from './step-runner.service.js';

/** Name of the button that gives up; no field of a form may be named so. */
const CANCEL_FIELD = '_cancel';

/** One request of a login that is in the middle of its steps. */
interface Exchange {
  readonly login: StepLogin;
  readonly request: FormRequest;
  readonly handling: RequestHandling;
}

/** A request for the very step that the login has come to. */
interface StepExchange extends Exchange {
  readonly current: CurrentStep;
}

/**
 * The pages of the steps without their routes.
 *
 * @publicApi
 */
@Injectable()
export class StepsService {
  constructor(
    private readonly logins: StepLoginsService,
    private readonly runner: StepRunnerService,
    private readonly results: StepResultsService,
    private readonly continuePages: ContinuePageService,
    private readonly pages: PagesService,
    private readonly requests: RequestsService,
    private readonly clock: Clock,
    @Inject(AUTH_REDIRECT_OPTIONS) private readonly options: AuthRedirectOptions,
  ) {}

  /**
   * The page of a step (GET), or what becomes of its form (POST).
   *
   * @param request Its path ends in `/steps/<id>`, and its query carries `login`.
   * @param id Of the step.
   * @returns The page, the way to another one, the continue page, or a refusal. It never rejects.
   */
  async page(request: FormRequest, id: string): Promise<Answer> {
    return this.#handle(id, request, ['GET', 'HEAD', 'POST'], async (exchange) => {
      if (request.method !== 'POST') return this.#page(exchange);
      checkSameOrigin(request, this.options.publicUrl);
      return this.#submitted(exchange);
    });
  }

  /**
   * Where another site sends the user back to.
   *
   * @param request As {@link page}, its path with `/return` after it.
   */
  async returned(request: FormRequest, id: string): Promise<Answer> {
    return this.#handle(id, request, ['GET', 'HEAD'], async (exchange) => {
      const { step, context } = exchange.current;
      if (!step.returned || request.method === 'HEAD') return this.#goTo(exchange.current, exchange);
      return this.#ended(await this.#settled(exchange, () => step.returned?.(context, readQuery(request))), exchange);
    });
  }

  /** Whatever the address says, a login is where its session says it is. */
  async #handle(
    id: string,
    request: FormRequest,
    methods: readonly string[],
    answer: (exchange: StepExchange) => Promise<Answer>,
  ): Promise<Answer> {
    const handling = this.requests.begin(request);
    try {
      if (!methods.includes(request.method)) throw new AuthRedirectError('step_method_not_allowed');
      const exchange = { login: this.logins.find(request), request, handling };
      const current = await this.#current(exchange);
      if (!current) return await this.#continuePage(exchange);
      if (current.step.id !== id) return this.#goTo(current, exchange);
      return await answer({ ...exchange, current });
    } catch (error) {
      return handling.refused(error);
    }
  }

  async #submitted(exchange: StepExchange): Promise<Answer> {
    const { step, context } = exchange.current;
    const values = await readForm(exchange.request);
    if (values[CANCEL_FIELD] !== undefined) {
      exchange.handling.stepEnded(exchange.login.sessionToken.tenant, step.id, 'denied');
      return this.#denied({ error: 'cancelled', description: context.t('step.cancelled') }, exchange);
    }
    const { form, messages } = await validateForm(step.form, values, context.t);
    if (Object.keys(messages).length > 0) return this.#page(exchange, values, invalid({ ...messages }));
    return this.#ended(await this.#settled(exchange, () => step.submit(context, form)), exchange, values);
  }

  /** The work is done, and its end told, once; whoever posts the same again gets its result. */
  async #settled(exchange: StepExchange, take: () => Promise<AnyResult> | AnyResult | undefined): Promise<AnyResult> {
    const { login, current, handling } = exchange;
    return this.results.settle(login, current.step.id, async () => {
      const result = this.#kept(checkedResult(current.step.id, await take()), exchange);
      if (result.type === 'completed' || result.type === 'denied') {
        handling.stepEnded(login.sessionToken.tenant, current.step.id, result.type);
      }
      return result;
    });
  }

  /** What cannot go on is not settled: it can be tried again. */
  #kept(result: AnyResult, { current: { step, context }, login, request }: StepExchange): AnyResult {
    if (result.type !== 'completed') return result;
    const problem = this.#sizeProblem(withDone(login, step.id, result.data), request);
    if (problem === undefined) return result;
    context.logger.error(problem);
    return invalid({}, context.t('step.tooLong'));
  }

  /** Why a login cannot be kept in the browser, where it cannot. */
  #sizeProblem(login: StepLogin, request: FormRequest): string | undefined {
    try {
      this.logins.keep(login, request);
      return undefined;
    } catch (error) {
      if (error instanceof RangeError) return error.message;
      throw error;
    }
  }

  async #ended(result: AnyResult, exchange: StepExchange, values: FormValues = {}): Promise<Answer> {
    switch (result.type) {
      case 'completed':
        return this.#completed(result.data, exchange);
      case 'denied':
        return this.#denied(result, exchange);
      case 'handOff':
        return this.#leave(result.url, exchange);
      case 'invalid':
        return this.#page(exchange, values, result);
      default:
        return unknownResult(result);
    }
  }

  async #completed(data: JsonValue, exchange: StepExchange): Promise<Answer> {
    return this.#moveOn(withDone(exchange.login, exchange.current.step.id, data), exchange);
  }

  /** A denial always fits: where what was given before leaves no room for it, that is left out. */
  async #denied(
    { error, description }: Pick<Denied, 'error' | 'description'>,
    exchange: StepExchange,
  ): Promise<Answer> {
    const { session, sessionToken } = exchange.login;
    const login = { session: { ...session, denied: { error, description } }, sessionToken };
    const problem = this.#sizeProblem(login, exchange.request);
    if (problem === undefined) return this.#moveOn(login, exchange);
    return this.#moveOn({ session: { ...login.session, done: {} }, sessionToken }, exchange);
  }

  /** What a GET has ended is shown at another address: what the other site has put into this one stays behind. */
  async #moveOn(login: StepLogin, { current, ...exchange }: StepExchange): Promise<Answer> {
    const after = { ...exchange, login };
    const next = (await this.#current(after)) ?? (exchange.request.method === 'POST' ? undefined : current);
    if (!next) return this.#continuePage(after);
    return withCookies(this.#goTo(next, after), this.logins.keep(login, exchange.request));
  }

  /** None where the login is over, be it done or denied. */
  async #current({ login, handling }: Exchange): Promise<CurrentStep | undefined> {
    return login.session.denied ? undefined : this.runner.current(login, handling.reference);
  }

  async #page(
    { current: { step, context, position, total }, login: { session, sessionToken }, request, handling }: StepExchange,
    values: FormValues = {},
    problems: Invalid<object> = invalid({}),
  ): Promise<Answer> {
    const answer = this.pages.stepPage({
      view: await step.view(context),
      tenant: context.tenant,
      locale: context.locale,
      action: stepAddress(step.id, session.id, request, this.options.publicUrl),
      position,
      total,
      minutesLeft: Math.ceil((sessionToken.expiresAt - this.clock.now() / 1000) / 60),
      values,
      messages: messagesOf(problems),
    });
    handling.stepped(sessionToken.tenant, step.id, answer.status);
    return answer;
  }

  #goTo({ step }: CurrentStep, { login: { session, sessionToken }, request, handling }: Exchange): Answer {
    handling.stepped(sessionToken.tenant, step.id, 303);
    return this.pages.seeOther(stepAddress(step.id, session.id, request, this.options.publicUrl));
  }

  #leave(url: string, { current: { step }, login: { sessionToken }, handling }: StepExchange): Answer {
    handling.stepped(sessionToken.tenant, step.id, 303);
    return this.pages.seeOther(url);
  }

  /** Posts by itself the first time. Whoever comes back to it later has used its state. */
  async #continuePage({ login: { session, sessionToken }, request, handling }: Exchange): Promise<Answer> {
    const { state, locale, done: steps, denied } = session;
    const outcome = denied
      ? ({ outcome: 'denied', steps, error: denied.error, error_description: denied.description } as const)
      : ({ outcome: 'completed', steps } as const);
    const shown = request.method === 'HEAD' ? session : { ...session, isSentOn: true as const };
    const cookies = this.logins.keep({ session: shown, sessionToken }, request);
    const answer = await this.continuePages.answer(sessionToken, state, {
      locale,
      outcome,
      isAutomatic: !session.isSentOn,
    });
    if (denied) handling.denied({ sessionToken, steps }, denied.error);
    else handling.completed({ sessionToken, steps });
    return withCookies(answer, cookies);
  }
}

function withDone({ session, sessionToken }: StepLogin, step: string, data: JsonValue): StepLogin {
  return { session: { ...session, done: { ...session.done, [step]: data } }, sessionToken };
}

/** By field, and under the empty name what is wrong with the whole. */
function messagesOf({ messages, message }: Invalid<object>): Record<string, string> {
  const all = Object.entries<string | undefined>({ '': message, ...messages });
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
