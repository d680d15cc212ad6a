import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../clock.js';
import { ContinuePageService } from '../continue-page/continue-page.service.js';
import { AuthRedirectError } from '../errors.js';
import { withCookies, type Answer } from '../http/answer.js';
import { AUTH_REDIRECT_OPTIONS, type AuthRedirectOptions } from '../options/auth-redirect.options.js';
import { PagesService, SKIP_FIELD } from '../pages/pages.service.js';
import { RequestsService, type RequestHandling } from '../requests/requests.service.js';
import { PostedReturnsService } from './posted-returns.service.js';
import { hasState, isCallback, stepAddress } from './step-address.js';
import { checkSameOrigin, readForm, readQuery, validateForm, type FormRequest, type FormValues } from './step-form.js';
import { checkedResult, StepResultsService, type AnyResult, type FinalResult } from './step-results.service.js';
import { StepRunnerService, type CurrentStep } from './step-runner.service.js';
import { STEP_SESSION_MAX_BYTES } from './step-session-cookies.js';
import { StepSessionsService, type Login } from './step-sessions.service.js';
import { StepWebhooksService } from './step-webhooks.service.js';
import { completed, denied, invalid, type Invalid } from './step.js';

/** Name of the button that cancels the login. No form field may have this name. */
const CANCEL_FIELD = '_cancel';

const SKIPPED = completed({ skipped: true });

interface Exchange {
  readonly login: Login;
  readonly request: FormRequest;
  readonly handling: RequestHandling;
}

type StepExchange = Exchange & { readonly current: CurrentStep };

/**
 * Handles the requests of step pages. Adds no routes.
 *
 * @publicApi
 */
@Injectable()
export class StepsService {
  constructor(
    private readonly sessions: StepSessionsService,
    private readonly runner: StepRunnerService,
    private readonly results: StepResultsService,
    private readonly postedReturns: PostedReturnsService,
    private readonly webhooks: StepWebhooksService,
    private readonly continuePages: ContinuePageService,
    private readonly pages: PagesService,
    private readonly requests: RequestsService,
    private readonly clock: Clock,
    @Inject(AUTH_REDIRECT_OPTIONS) private readonly options: AuthRedirectOptions,
  ) {}

  /**
   * Shows the page of a step (GET), or submits its form (POST).
   *
   * @param request The request with the path `…/steps/<id>`, and `login` in the query.
   * @param id Id of the step.
   * @returns The page, a redirect to another one, the continue page, or a refusal. Never rejects.
   */
  async page(request: FormRequest, id: string): Promise<Answer> {
    return this.#handle(id, request, ['GET', 'HEAD', 'POST'], async (exchange) => {
      if (request.method !== 'POST') return this.#resume(exchange);
      checkSameOrigin(request, this.options.publicUrl);
      return this.#submit(exchange);
    });
  }

  /**
   * Handles the user's return from another site.
   *
   * @param request The request with the path `…/steps/<id>/return`.
   * @param id Id of the step.
   */
  async returned(request: FormRequest, id: string): Promise<Answer> {
    const isByPost = this.postedReturns.isExpected(id);
    if (isByPost && this.postedReturns.isFirst(request)) return this.postedReturns.answer(request, id);
    return this.#handle(id, request, isByPost ? ['GET', 'HEAD', 'POST'] : ['GET', 'HEAD'], async (exchange) => {
      const { step, context } = exchange.current;
      if (!step.returned || request.method !== (step.returnMethod ?? 'GET')) return this.#goTo(exchange);
      if (isCallback(request) && !hasState(request, context.callback())) {
        throw new AuthRedirectError('step_session_missing', { tenant: context.tenant });
      }
      const values = isByPost ? await this.postedReturns.read(request) : readQuery(request);
      return this.#settle(exchange, () => step.returned?.(context, values));
    });
  }

  /**
   * Handles a request of another server to a step.
   *
   * @param request The request with the path `…/steps/<id>/webhook`. The body must be unread, or also in `rawBody`.
   * @param id Id of the step.
   */
  async webhook(request: FormRequest, id: string): Promise<Answer> {
    return this.webhooks.answer(request, id);
  }

  /** The step session, not the URL, decides the current step. */
  async #handle(
    id: string,
    request: FormRequest,
    methods: readonly string[],
    answer: (exchange: StepExchange) => Promise<Answer>,
  ): Promise<Answer> {
    const handling = this.requests.begin(request);
    try {
      if (!methods.includes(request.method)) throw new AuthRedirectError('step_method_not_allowed');
      const exchange = { login: this.sessions.find(request), request, handling };
      const current = await this.runner.current(exchange.login, handling);
      if (!current) return await this.#continuePage(exchange);
      if (current.step.id !== id) return this.#goTo({ ...exchange, current });
      return await answer({ ...exchange, current });
    } catch (error) {
      return handling.refused(error);
    }
  }

  async #resume(exchange: StepExchange): Promise<Answer> {
    const { step, context } = exchange.current;
    if (!step.resume || exchange.request.method === 'HEAD') return this.#page(exchange);
    const run = (): ReturnType<NonNullable<typeof step.resume>> | undefined => step.resume?.(context);
    return this.#settle(exchange, run, undefined, async () => this.#page(exchange));
  }

  async #submit(exchange: StepExchange): Promise<Answer> {
    const { step, context, isOptional } = exchange.current;
    const values = await readForm(exchange.request);
    if (values[CANCEL_FIELD] !== undefined) {
      return this.#settle(exchange, () => denied('cancelled', context.t('step.cancelled')));
    }
    if (isOptional && values[SKIP_FIELD] !== undefined) {
      return this.#settle(exchange, () => SKIPPED);
    }
    const { form, messages } = await validateForm(step.form, values, context.t);
    if (Object.keys(messages).length > 0) return this.#page(exchange, values, invalid({ ...messages }));
    return this.#settle(exchange, () => step.submit(context, form), values);
  }

  async #settle(
    exchange: StepExchange,
    run: () => Promise<AnyResult> | AnyResult | undefined,
    values?: FormValues,
    whilePending: () => Answer | Promise<Answer> = () => this.#goTo(exchange),
  ): Promise<Answer> {
    const { login, current, handling } = exchange;
    const { id } = current.step;
    const result = await this.results.settle(login, id, {
      run: async () => this.#fitted(checkedResult(id, await run()), exchange),
      settled: (settled) =>
        handling.stepEnded(login.sessionToken.tenant, id, settled === SKIPPED ? 'skipped' : settled.type),
    });
    switch (result.type) {
      case 'completed':
      case 'denied':
        return this.#moveOn(result, exchange);
      case 'handOff':
        return this.#goTo(exchange, result.url);
      case 'invalid':
        return this.#page(exchange, values, result);
      case 'pending':
        return whilePending();
      default:
        return result satisfies never;
    }
  }

  /** Returns `invalid` if the data does not fit into the cookies, so that the user can shorten it. */
  #fitted(result: AnyResult, exchange: StepExchange): AnyResult {
    if (result.type !== 'completed') return result;
    const size = this.sessions.sizeOf(this.#after(result, exchange));
    if (size <= STEP_SESSION_MAX_BYTES) return result;
    const { context } = exchange.current;
    context.logger.error(`the step session would take ${size} bytes; the limit is ${STEP_SESSION_MAX_BYTES}`);
    return invalid({}, context.t('step.tooLong'));
  }

  /** If a denial does not fit, the data of earlier steps is dropped. */
  #after(result: FinalResult, { login, current }: StepExchange): Login {
    const { session } = login;
    if (result.type === 'completed') {
      return { ...login, session: { ...session, done: { ...session.done, [current.step.id]: result.data } } };
    }
    const { error, description } = result;
    const after = { ...login, session: { ...session, denied: { error, description } } };
    const isTooLarge = this.sessions.sizeOf(after) > STEP_SESSION_MAX_BYTES;
    return isTooLarge ? { ...after, session: { ...after.session, done: {} } } : after;
  }

  /** After a GET, always redirects, to remove the other site's query parameters from the URL. */
  async #moveOn(result: FinalResult, exchange: StepExchange): Promise<Answer> {
    const { request, handling } = exchange;
    const login = this.#after(result, exchange);
    const next = await this.runner.current(login, handling);
    if (!next && request.method === 'POST') return this.#continuePage({ login, request, handling });
    const cookies = await this.sessions.keep(login);
    return withCookies(this.#goTo({ login, request, handling, current: next ?? exchange.current }), cookies);
  }

  async #page(
    {
      current: { step, context, position, total, isOptional },
      login: { session, sessionToken },
      request,
      handling,
    }: StepExchange,
    posted?: FormValues,
    problems: Invalid<object> = invalid({}),
  ): Promise<Answer> {
    const secondsLeft = sessionToken.expiresAt - this.clock.now() / 1000;
    const answer = this.pages.stepPage({
      view: await step.view(context, posted),
      tenant: context.tenant,
      locale: context.locale,
      action: stepAddress(step.id, session.id, request, this.options.publicUrl),
      position,
      total,
      isOptional,
      minutesLeft: Math.ceil(secondsLeft / 60),
      refreshMax: Math.ceil(secondsLeft),
      values: posted ?? {},
      messages: messagesOf(problems),
    });
    handling.stepped(sessionToken.tenant, step.id, answer.status);
    return answer;
  }

  /** @param address Default: the current step's address. */
  #goTo({ current: { step }, login, request, handling }: StepExchange, address?: string): Answer {
    handling.stepped(login.sessionToken.tenant, step.id, 303);
    return this.pages.seeOther(address ?? stepAddress(step.id, login.session.id, request, this.options.publicUrl));
  }

  /** Submits automatically only the first time, because Auth0 accepts each state once. HEAD does not count. */
  async #continuePage({ login, request, handling }: Exchange): Promise<Answer> {
    const { session, sessionToken } = login;
    const { state, locale, done: steps, denied: denial } = session;
    const isShown = request.method !== 'HEAD';
    const cookies = await this.sessions.keep(isShown ? { ...login, session: { ...session, isSentOn: true } } : login);
    const outcome = denial
      ? ({ outcome: 'denied', steps, error: denial.error, error_description: denial.description } as const)
      : ({ outcome: 'completed', steps } as const);
    const isAutomatic = !session.isSentOn;
    const answer = this.continuePages.answer(sessionToken, state, { locale, outcome, isAutomatic });
    if (isShown && denial) handling.denied({ sessionToken, steps }, denial.error);
    else if (isShown) handling.completed({ sessionToken, steps });
    return withCookies(answer, cookies);
  }
}

/** The empty name is for the whole form. */
export function messagesOf({ messages, message }: Invalid<object>): Record<string, string> {
  const all = Object.entries<string | undefined>({ '': message, ...messages });
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
