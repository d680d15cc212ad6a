import { Inject, Injectable, Logger } from '@nestjs/common';
import { AUTH_REDIRECT_OPTIONS, type AuthRedirectOptions } from './auth-redirect.options.js';
import { AuthRedirectError } from './errors.js';
import { faultOf, type CompletedEvent, type RefusedEvent, type StepEvent } from './events.js';
import type { Answer, HttpRequest } from './pages/answer.js';
import { PagesService } from './pages/pages.service.js';
import { Randomness } from './randomness.js';
import { RefusalLimiter, type RefusedClient } from './refusal-limiter.js';
import { newReference } from './reference.js';

/** One request under way. Exactly one of its methods is called. */
export interface RequestHandling {
  readonly reference: string;
  /** The login goes back to its tenant. */
  completed(tenant: string, outcome?: CompletedEvent['outcome']): void;
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
    const reference = newReference(this.randomness);
    const address = addressOf(request);
    const durationMs = (): number => Math.round((performance.now() - startedAt) * 1000) / 1000;
    return {
      reference,
      completed: (tenant, outcome = 'completed') =>
        this.#reportCompleted({ reference, tenant, outcome, status: 200, durationMs: durationMs() }),
      stepped: (tenant, step, status) =>
        this.#reportStep({ reference, tenant, step, status, durationMs: durationMs() }),
      refused: async (thrown) => {
        const error = await this.#refusalOf(thrown, address);
        const { code, tenant, retryAfter } = error;
        const answer = this.pages.refusal({ code, reference, tenant, retryAfter }, request);
        this.#reportRefused({
          reference,
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

  /** What a client is refused for, or that it is refused too often. Our own faults are nobody's. */
  async #refusalOf(thrown: unknown, address: string | undefined): Promise<AuthRedirectError> {
    const error = thrown instanceof AuthRedirectError ? thrown : new AuthRedirectError('internal_error');
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

  #reportCompleted(event: CompletedEvent): void {
    this.#report(() => this.options.onCompleted?.(event));
  }

  #reportStep(event: StepEvent): void {
    this.#report(() => this.options.onStep?.(event));
  }

  #reportRefused(event: RefusedEvent): void {
    this.#report(() => (this.options.onRefused ? this.options.onRefused(event) : this.#logger.warn(event)));
  }

  /** A host's mistake in its own reporting does not cost anybody a login. */
  #report(report: () => void): void {
    try {
      report();
    } catch (error) {
      this.#logger.error({ message: 'a reporting hook threw', fault: faultOf(error) });
    }
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
