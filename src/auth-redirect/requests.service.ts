import { Inject, Injectable, Logger } from '@nestjs/common';
import { AUTH_REDIRECT_OPTIONS, type AuthRedirectOptions } from './auth-redirect.options.js';
import { AuthRedirectError } from './errors.js';
import { faultOf, type CompletedEvent, type RefusedEvent, type StepEvent } from './events.js';
import type { Answer, HttpRequest } from './pages/answer.js';
import { PagesService } from './pages/pages.service.js';
import { Randomness } from './randomness.js';
import { newReference } from './reference.js';

/** One request under way. Exactly one of its methods is called. */
export interface RequestHandling {
  readonly reference: string;
  /** The login goes back to its tenant. */
  completed(tenant: string, outcome?: CompletedEvent['outcome']): void;
  /** The login has come to a step. */
  stepped(tenant: string, step: string, status: number): void;
  /** @returns The answer that tells the person so, which the caller sends. */
  refused(error: unknown): Answer;
}

/** Gives each request its reference id and reports how it ended. */
@Injectable()
export class RequestsService {
  readonly #logger = new Logger('AuthRedirect');

  constructor(
    private readonly randomness: Randomness,
    private readonly pages: PagesService,
    @Inject(AUTH_REDIRECT_OPTIONS) private readonly options: AuthRedirectOptions,
  ) {}

  begin(request: HttpRequest): RequestHandling {
    const startedAt = performance.now();
    const reference = newReference(this.randomness);
    const durationMs = (): number => Math.round((performance.now() - startedAt) * 1000) / 1000;
    return {
      reference,
      completed: (tenant, outcome = 'completed') =>
        this.#reportCompleted({ reference, tenant, outcome, status: 200, durationMs: durationMs() }),
      stepped: (tenant, step, status) =>
        this.#reportStep({ reference, tenant, step, status, durationMs: durationMs() }),
      refused: (thrown) => {
        const error = thrown instanceof AuthRedirectError ? thrown : new AuthRedirectError('internal_error');
        const answer = this.pages.refusal({ code: error.code, reference, tenant: error.tenant }, request);
        this.#reportRefused({
          reference,
          ...(error.tenant !== undefined && { tenant: error.tenant }),
          code: error.code,
          cause: error.refusalCause,
          status: error.status,
          durationMs: durationMs(),
          ...(error !== thrown && { fault: faultOf(thrown) }),
        });
        return answer;
      },
    };
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
