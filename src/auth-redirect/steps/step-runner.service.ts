import { Inject, Injectable, Logger } from '@nestjs/common';
import { Clock } from '../clock.js';
import { Locales } from '../locales/locales.js';
import { AUTH_REDIRECT_OPTIONS, type AuthRedirectOptions } from '../options/auth-redirect.options.js';
import { digest } from '../replay/digest.js';
import { ReplayStore } from '../replay/replay-store.js';
import { PagesService } from '../pages/pages.service.js';
import type { RequestHandling } from '../requests/requests.service.js';
import type { SessionToken } from '../session-token.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { ContinueTokenService } from '../token/continue-token.service.js';
import type { Verdict } from './condition.js';
import { callbackOf, returnAddress } from './step-address.js';
import { stepInbox } from './step-inbox.js';
import { stepMemory } from './step-memory.js';
import { StepRegistry } from './step-registry.js';
import type { Login } from './step-sessions.service.js';
import type { Step, StepContext } from './step.js';

export interface CurrentStep {
  readonly step: Step;
  readonly context: StepContext;
  /** Counts from 1. */
  readonly position: number;
  /** A maximum, because a condition can still skip a later step. */
  readonly total: number;
  readonly isOptional: boolean;
}

interface RequiredStep extends Pick<CurrentStep, 'step' | 'context'> {
  readonly isDone: boolean;
  /** The reason why the condition could not be evaluated. */
  readonly failure?: string;
}

/** Decides which step a login has reached. Independent of HTTP. */
@Injectable()
export class StepRunnerService {
  readonly #logger = new Logger('AuthRedirectStep');

  constructor(
    private readonly registry: StepRegistry,
    private readonly tenants: TenantsService,
    private readonly continueTokens: ContinueTokenService,
    private readonly locales: Locales,
    private readonly pages: PagesService,
    private readonly store: ReplayStore,
    private readonly clock: Clock,
    @Inject(AUTH_REDIRECT_OPTIONS) private readonly options: AuthRedirectOptions,
  ) {}

  /**
   * Returns the first step that a login may need; undefined if it needs no step session.
   *
   * @throws AuthRedirectError `steps_not_available` for an unknown step.
   */
  firstStep(sessionToken: SessionToken): string | undefined {
    return this.#stepsOf(sessionToken)[0]?.id;
  }

  /**
   * Returns the first open step; undefined if the login is denied or all steps are completed.
   *
   * @param handling Stores the step for a later refusal.
   * @throws AuthRedirectError `steps_not_available` for an unknown step.
   */
  async current(
    login: Login,
    { reference, reached }: Pick<RequestHandling, 'reference' | 'reached'>,
  ): Promise<CurrentStep | undefined> {
    const { session, sessionToken } = login;
    const { tenant } = sessionToken;
    reached(tenant);
    if (session.denied) return undefined;
    const required: RequiredStep[] = [];
    for (const step of this.#stepsOf(sessionToken)) {
      reached(tenant, step.id);
      const found = await this.#required(step, login, reference, required);
      if (found) required.push(found);
    }
    const index = required.findIndex(({ isDone }) => !isDone);
    const current = required[index];
    reached(tenant, current?.step.id);
    if (!current) return undefined;
    const { step, context, failure } = current;
    if (failure !== undefined) context.logger.warn(`the condition cannot be evaluated, so the step runs: ${failure}`);
    const { isOptional } = this.registry.ruleOf(step);
    return { step, context, position: index + 1, total: required.length, isOptional };
  }

  /**
   * Returns the step if this login needs it, or may need it later, so that the total never grows.
   *
   * @param before Required steps before this one.
   */
  async #required(
    step: Step,
    login: Login,
    reference: string,
    before: readonly RequiredStep[],
  ): Promise<RequiredStep | undefined> {
    const { session, sessionToken } = login;
    const context = this.#contextOf(step, login, reference);
    const isDone = Object.hasOwn(session.done, step.id);
    if (isDone || sessionToken.claims.steps !== undefined) return { step, context, isDone };
    const pending = before.filter((earlier) => !earlier.isDone).map((earlier) => earlier.step.id);
    const verdict = this.#judge(step, context, pending);
    if (verdict?.type === 'unmet' || !(await step.applies(context))) return undefined;
    return { step, context, isDone, ...(verdict?.type === 'failed' && { failure: verdict.failure }) };
  }

  #judge(step: Step, context: StepContext, pending: readonly string[]): Verdict | undefined {
    const { sessionToken, tenant, locale, earlier } = context;
    const variables = { claims: sessionToken.claims, tenant, locale, earlier };
    return this.registry.ruleOf(step).condition?.judge(variables, pending);
  }

  #stepsOf({ issuer, tenant, claims }: SessionToken): readonly Step[] {
    return claims.steps === undefined
      ? this.registry.defaultSteps(this.tenants.byIssuer(issuer).defaultSteps, tenant)
      : this.registry.namedSteps(claims.steps, tenant);
  }

  #contextOf({ id: step }: Step, { session, sessionToken }: Login, reference: string): StepContext {
    const { tenant } = sessionToken;
    const token = digest(session.sessionToken);
    const secret = (name: string): Uint8Array => this.continueTokens.keyOf(sessionToken).stepSecret(token, step, name);
    const write = (level: 'log' | 'warn' | 'error') => (message: unknown) =>
      this.#logger[level]({ message, reference, tenant, step });
    return {
      sessionToken,
      tenant,
      locale: session.locale,
      t: this.locales.translate(session.locale),
      earlier: session.done,
      reference,
      memory: stepMemory(this.store, this.clock, sessionToken, token, step),
      inbox: stepInbox(this.store, this.continueTokens.keyOf(sessionToken), sessionToken, token, step),
      secret,
      returnUrl: () => returnAddress(this.options.publicUrl, step, session.id),
      callback: () => callbackOf(this.options.publicUrl, step, session.id, secret(`callback ${session.id}`)),
      renderMail: async (name, model) => this.pages.mail({ name, tenant, locale: session.locale, model }),
      logger: { log: write('log'), warn: write('warn'), error: write('error') },
    };
  }
}
