import { Injectable } from '@nestjs/common';
import type { SessionToken } from '../session-token.js';
import { AuthRedirectError } from '../errors.js';
import type { Step, StepContext } from './step.js';
import { StepContextsService } from './step-contexts.service.js';
import type { StepLogin } from './step-logins.service.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { StepRegistry } from './step-registry.js';

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
  constructor(
    private readonly registry: StepRegistry,
    private readonly contexts: StepContextsService,
    private readonly tenants: TenantsService,
  ) {}

  /**
   * The first step that may have to be taken; where there is none, nothing has to be remembered of this login.
   *
   * @returns Its id.
   * @throws AuthRedirectError `steps_not_available` where the session token names a step that is not registered.
   */
  entry(sessionToken: SessionToken): string | undefined {
    return this.#candidates(sessionToken)[0]?.step.id;
  }

  /**
   * The first required step that is not done yet; undefined once all are.
   *
   * @throws AuthRedirectError `steps_not_available` where the session token names a step that is not registered.
   */
  async current(login: StepLogin, reference: string): Promise<CurrentStep | undefined> {
    const { done } = login.session;
    const required: Step[] = [];
    for (const { step, isNamed } of this.#candidates(login.sessionToken)) {
      const isRequired =
        isNamed ||
        Object.hasOwn(done, step.id) ||
        (await step.applies(this.contexts.contextFor(step.id, login, reference)));
      if (isRequired) required.push(step);
    }
    const index = required.findIndex(({ id }) => !Object.hasOwn(done, id));
    const step = required[index];
    return (
      step && {
        step,
        context: this.contexts.contextFor(step.id, login, reference),
        position: index + 1,
        total: required.length,
      }
    );
  }

  #candidates(sessionToken: SessionToken): readonly { step: Step; isNamed: boolean }[] {
    const { steps: claim } = sessionToken.claims;
    if (claim === undefined) {
      const { defaultSteps } = this.tenants.byIssuer(sessionToken.issuer);
      return this.registry.defaultSteps(defaultSteps).map((step) => ({ step, isNamed: false }));
    }
    try {
      return this.registry.namedSteps(claim).map((step) => ({ step, isNamed: true }));
    } catch (error) {
      if (error instanceof AuthRedirectError) error.tenant = sessionToken.tenant;
      throw error;
    }
  }
}
