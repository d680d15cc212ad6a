import { Injectable, Logger } from '@nestjs/common';
import type { SessionToken } from '../continue-token/session-token.js';
import { AuthRedirectError } from '../errors.js';
import { LANGUAGE } from '../pages/messages.js';
import type { JsonValue, Step, StepContext } from './step.js';
import { StepRegistry } from './step-registry.js';

type Earlier = Readonly<Record<string, JsonValue>>;

/** The step that a login has come to, and how far that is. */
export interface CurrentStep {
  readonly step: Step;
  readonly context: StepContext;
  /** Counted from 1. */
  readonly position: number;
  readonly total: number;
}

/** Decides which step a login has come to. It knows of no HTTP. */
@Injectable()
export class StepRunnerService {
  readonly #logger = new Logger('AuthRedirectStep');

  constructor(private readonly registry: StepRegistry) {}

  /**
   * The first required step that is not done yet; undefined once all are.
   *
   * @param earlier What the steps gave that are done.
   * @throws AuthRedirectError `steps_not_available` where the session token names a step that is not registered.
   */
  async current(sessionToken: SessionToken, earlier: Earlier, reference: string): Promise<CurrentStep | undefined> {
    const required: Step[] = [];
    for (const { step, isNamed } of this.#candidates(sessionToken)) {
      const isRequired =
        isNamed ||
        Object.hasOwn(earlier, step.id) ||
        (await step.applies(this.#context(step, sessionToken, earlier, reference)));
      if (isRequired) required.push(step);
    }
    const index = required.findIndex(({ id }) => !Object.hasOwn(earlier, id));
    const step = required[index];
    return (
      step && {
        step,
        context: this.#context(step, sessionToken, earlier, reference),
        position: index + 1,
        total: required.length,
      }
    );
  }

  #candidates(sessionToken: SessionToken): readonly { step: Step; isNamed: boolean }[] {
    const { steps: claim } = sessionToken.claims;
    if (claim === undefined) return this.registry.defaultSteps().map((step) => ({ step, isNamed: false }));
    try {
      return this.registry.namedSteps(claim).map((step) => ({ step, isNamed: true }));
    } catch (error) {
      if (error instanceof AuthRedirectError) error.tenant = sessionToken.tenant;
      throw error;
    }
  }

  #context(step: Step, sessionToken: SessionToken, earlier: Earlier, reference: string): StepContext {
    const { tenant } = sessionToken;
    const line = (message: unknown): object => ({ message, reference, tenant, step: step.id });
    return {
      sessionToken,
      tenant,
      locale: LANGUAGE,
      earlier,
      reference,
      logger: {
        log: (message: unknown) => this.#logger.log(line(message)),
        warn: (message: unknown) => this.#logger.warn(line(message)),
        error: (message: unknown) => this.#logger.error(line(message)),
      },
    };
  }
}
