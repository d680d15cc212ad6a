import { Inject, Injectable, Logger } from '@nestjs/common';
import { AUTH_REDIRECT_OPTIONS, type AuthRedirectOptions } from '../options/auth-redirect.options.js';
import { AuthRedirectError, refusalOf } from '../errors.js';
import {
  faultOf,
  traceOf,
  type EndedLogin,
  type RefusedEvent,
  type StepEndedEvent,
  type StepEvent,
} from '../options/events.js';
import type { Answer, HttpRequest } from '../http/answer.js';
import { PagesService } from '../pages/pages.service.js';
import { Randomness } from '../randomness.js';
import { RefusalLimiter, type RefusedClient } from './refusal-limiter.js';
import { checkedReference, newReference } from './reference.js';

/** One request under way. Exactly one of its methods is called; `stepEnded` may come before. */
export interface RequestHandling {
  readonly reference: string;
  /** The login goes back to its tenant, and on. */
  completed(login: EndedLogin): void;
  /** The login goes back to its tenant, and ends there. */
  denied(login: EndedLogin, error: string): void;
  /** A step of the login has come to its result, which is told once. */
  stepEnded(tenant: string, step: string, outcome: StepEndedEvent['outcome']): void;
  /** The login has come to a step. */
  stepped(tenant: string, step: string, status: number): void;
  /** @returns The answer that tells the person so, which the caller sends. */
  refused(error: unknown): Promise<Answer>;
}

/** Gives each request its reference id and reports how it ended. */
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
    return {
      reference,
      completed: (login) => {
        const { tenant } = login.sessionToken;
        const event = { ...mark, tenant, outcome: 'completed', status: 200, durationMs: durationMs() } as const;
        this.#report(() => this.options.onCompleted?.(event, login));
      },
      denied: (login, error) => {
        const { tenant } = login.sessionToken;
        const event = { ...mark, tenant, outcome: 'denied', error, status: 200, durationMs: durationMs() } as const;
        this.#report(() => this.options.onDenied?.(event, login));
      },
      stepEnded: (tenant, step, outcome) =>
        this.#report(() => this.options.onStepEnded?.({ ...mark, tenant, step, outcome })),
      stepped: (tenant, step, status) => this.#reportStep({ ...mark, tenant, step, status, durationMs: durationMs() }),
      refused: async (thrown) => {
        const error = await this.#refusalOf(thrown, address);
        const { code, tenant, retryAfter } = error;
        const answer = this.pages.refusal({ code, reference, tenant, retryAfter }, request);
        this.#reportRefused({
          ...mark,
          ...(tenant !== undefined && { tenant }),
          code,
          cause: error.refusalCause,
          status: error.status,
          durationMs: durationMs(),
          ...(code === 'internal_error' && { fault: faultOf(thrown) }),
        });
        return answer;
      },
    };
  }

  #referenceOf(request: HttpRequest): string {
    let given: unknown;
    this.#report(() => (given = this.options.referenceOf?.(request)));
    return checkedReference(given) ?? newReference(this.randomness);
  }

  /** What a client is refused for, or that it is refused too often. Our own faults are nobody's. */
  async #refusalOf(thrown: unknown, address: string | undefined): Promise<AuthRedirectError> {
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
      this.#logger.error({ message: 'the limiter of refusals threw', fault: faultOf(error) });
      return undefined;
    }
  }

  #reportStep(event: StepEvent): void {
    this.#report(() => this.options.onStep?.(event));
  }

  #reportRefused(event: RefusedEvent): void {
    this.#report(() => (this.options.onRefused ? this.options.onRefused(event) : this.#logRefused(event)));
  }

  /** One line, which a log that goes by lines can search. */
  #logRefused({ code, reference, status, tenant = 'none', cause, fault }: RefusedEvent): void {
    const what = `refused: ${code}, reference ${reference}, status ${status}, tenant ${tenant}`;
    if (cause === 'unavailable') this.#logger.error(fault ? `${what}, fault ${fault.name}` : what);
    else this.#logger.warn(what);
  }

  /** A host's mistake in its own reporting does not cost anybody a login. */
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

/** Express finds the address in the connection, and throws where that is gone already. */
function addressOf(request: HttpRequest): string | undefined {
  try {
    return request.ip;
  } catch {
    return undefined;
  }
}
