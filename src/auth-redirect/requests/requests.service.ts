import { Inject, Injectable, Logger } from '@nestjs/common';
import { AUTH_REDIRECT_OPTIONS, type AuthRedirectOptions } from '../options/auth-redirect.options.js';
import { AuthRedirectError, refusalOf } from '../errors.js';
import type { EndedLogin, RefusedEvent, StepEndedEvent } from '../options/events.js';
import type { Answer, HttpRequest } from '../http/answer.js';
import { PagesService } from '../pages/pages.service.js';
import { Randomness } from '../randomness.js';
import { RefusalLimiter, type RefusedClient } from './refusal-limiter.js';
import { faultOf } from './fault.js';
import { checkedReference, newReference, traceOf } from './reference.js';

/** Callers report the end of a login at most once, after the end of its last step, and never for HEAD. */
export interface RequestHandling {
  readonly reference: string;
  /** Stores the login's position for a later refusal. */
  reached(tenant: string, step?: string): void;
  /** Reports that the login continues at its tenant. */
  completed(login: EndedLogin): void;
  /** Reports that the login goes back as denied. */
  denied(login: EndedLogin, error: string): void;
  /** Reports the result of a step, once. */
  stepEnded(tenant: string, step: string, outcome: StepEndedEvent['outcome']): void;
  /** Reports that a step was shown, or that the browser was redirected to one. */
  stepped(tenant: string, step: string, status: number): void;
  /** Reports a refusal, and returns its page. */
  refused(error: unknown): Promise<Answer>;
}

/** Assigns a reference id to each request, and reports its result. */
@Injectable()
export class RequestsService {
  readonly #logger = new Logger('AuthRedirect');

  constructor(
    private readonly randomness: Randomness,
    private readonly pages: PagesService,
    private readonly limiter: RefusalLimiter,
    @Inject(AUTH_REDIRECT_OPTIONS) private readonly options: AuthRedirectOptions,
  ) {}

  begin(request: HttpRequest): RequestHandling {
    const startedAt = performance.now();
    const reference = this.#referenceOf(request);
    const mark = { reference, ...traceOf(request.headers.traceparent) };
    const address = addressOf(request);
    const durationMs = (): number => Math.round((performance.now() - startedAt) * 1000) / 1000;
    const ended = <Outcome extends string>(outcome: Outcome, { sessionToken: { tenant } }: EndedLogin) =>
      ({ ...mark, tenant, outcome, status: 200, durationMs: durationMs() }) as const;
    let place: Pick<RefusedEvent, 'tenant' | 'step'> = {};
    return {
      reference,
      reached: (tenant, step) => {
        place = { tenant, ...(step !== undefined && { step }) };
      },
      completed: (login) => this.#report(() => this.options.onCompleted?.(ended('completed', login), login)),
      denied: (login, error) =>
        this.#report(() => this.options.onDenied?.({ ...ended('denied', login), error }, login)),
      stepEnded: (tenant, step, outcome) =>
        this.#report(() => this.options.onStepEnded?.({ ...mark, tenant, step, outcome })),
      stepped: (tenant, step, status) =>
        this.#report(() => this.options.onStep?.({ ...mark, tenant, step, status, durationMs: durationMs() })),
      refused: async (thrown) => {
        const error = await this.#countedRefusalOf(thrown, address);
        const original = refusalOf(thrown)?.code;
        const { code, tenant = place.tenant, retryAfter } = error;
        const answer = this.pages.refusal({ code, reference, tenant, retryAfter }, request);
        const event = {
          ...mark,
          ...place,
          ...(tenant !== undefined && { tenant }),
          code,
          cause: error.refusalCause,
          status: error.status,
          durationMs: durationMs(),
          ...error.unknownIssuer,
          ...(original !== undefined && original !== code && { originalCode: original }),
          ...(code === 'internal_error' && { fault: faultOf(thrown) }),
        };
        this.#report(() => (this.options.onRefused ? this.options.onRefused(event) : this.#logRefused(event)));
        return answer;
      },
    };
  }

  #referenceOf(request: HttpRequest): string {
    let given: unknown;
    this.#report(() => (given = this.options.referenceOf?.(request)));
    return checkedReference(given) ?? newReference(this.randomness);
  }

  /** Internal errors do not count against the client. */
  async #countedRefusalOf(thrown: unknown, address: string | undefined): Promise<AuthRedirectError> {
    const error = refusalOf(thrown) ?? new AuthRedirectError('internal_error');
    if (error.refusalCause === 'unavailable') return error;
    const retryAfter = await this.#secondsToWait({ address, subject: error.subject });
    if (retryAfter === undefined) return error;
    return new AuthRedirectError('too_many_requests', { retryAfter, ...(error.tenant && { tenant: error.tenant }) });
  }

  async #secondsToWait(client: RefusedClient): Promise<number | undefined> {
    try {
      return await this.limiter.tooMany(client);
    } catch (error) {
      this.#logger.error({ message: 'the refusal limiter threw', fault: faultOf(error) });
      return undefined;
    }
  }

  /** Logs one line, so that line-based searches find all data. */
  #logRefused({
    code,
    originalCode,
    reference,
    status,
    tenant = 'none',
    step,
    cause,
    fault,
    ...issuer
  }: RefusedEvent): void {
    const { unverifiedIssuer, configuredIssuers, hint } = issuer;
    const where = step === undefined ? `tenant ${tenant}` : `tenant ${tenant}, step ${step}`;
    const details = [
      ...(originalCode === undefined ? [] : [`originally ${originalCode}`]),
      ...(configuredIssuers ? [JSON.stringify({ unverifiedIssuer, configuredIssuers, hint })] : []),
      ...(fault ? [`fault ${JSON.stringify(fault)}`] : []),
    ];
    const line = [`refused: ${code}, reference ${reference}, status ${status}`, where, ...details].join(', ');
    this.#logger[cause === 'unavailable' ? 'error' : 'warn'](line);
  }

  /** An error of a host's hook must not fail a login. */
  #report(report: () => unknown): void {
    try {
      const reported = report();
      if (reported instanceof Promise) reported.catch((error: unknown) => this.#reportFailed(error));
    } catch (error) {
      this.#reportFailed(error);
    }
  }

  #reportFailed(error: unknown): void {
    this.#logger.error({ message: 'a reporting hook threw', fault: faultOf(error) });
  }
}

/** Express reads the address from the connection, and throws if that is closed. */
function addressOf(request: HttpRequest): string | undefined {
  try {
    return request.ip;
  } catch {
    return undefined;
  }
}
