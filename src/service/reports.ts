import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { AuthRedirectOptions } from '../auth-redirect/options/auth-redirect.options.js';
import type { CompletedEvent, DeniedEvent } from '../auth-redirect/options/events.js';
import type { SmsMessageHook } from '../steps/sms-code/index.js';
import { LOGGER } from './logging/logger.js';
import { Metrics } from './metrics/metrics.js';

type Hooks = Pick<AuthRedirectOptions, 'onCompleted' | 'onDenied' | 'onStep' | 'onStepEnded' | 'onRefused' | 'onKeys'>;

export interface StepHooks {
  readonly onMessage?: SmsMessageHook;
}

/** Logs one line for each request. */
@Injectable()
export class Reports {
  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {}

  readonly hooks: Hooks = {
    onCompleted: (event) => this.#loginEnded(event),
    onDenied: (event) => this.#loginEnded(event),
    onStep: (event) => {
      this.logger.info({ ...event, code: 'step' }, 'request');
      this.metrics.requestEnded(event.tenant, 'step', event.durationMs);
      if (event.status !== 303)
        this.metrics.stepEvent(event.tenant, event.step, event.status === 422 ? 'invalid' : 'shown');
    },
    onStepEnded: ({ tenant, step, outcome }) => this.metrics.stepEvent(tenant, step, outcome),
    onRefused: ({ cause, ...event }) => {
      this.logger[cause === 'unavailable' ? 'error' : 'warn'](event, 'request');
      this.metrics.requestEnded(event.tenant, 'refused', event.durationMs, event.code);
    },
    onKeys: ({ outcome, ...event }) => {
      if (outcome === 'changed') this.logger.info(event, 'keys changed');
      else this.logger.error(event, 'keys kept: the new keys cannot be used');
      this.metrics.keysReloaded(event.tenant, outcome);
    },
  };

  readonly stepHooks: StepHooks = {
    onMessage: ({ tenant, step, country, outcome }) => this.metrics.messageEnded(tenant, step, country, outcome),
  };

  #loginEnded(event: CompletedEvent | DeniedEvent): void {
    // pino omits undefined values.
    this.logger.info({ ...event, code: event.outcome, outcome: undefined }, 'request');
    this.metrics.requestEnded(event.tenant, event.outcome, event.durationMs);
  }
}
