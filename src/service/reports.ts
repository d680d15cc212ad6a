import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { AuthRedirectOptions } from '../auth-redirect/options/auth-redirect.options.js';
import { LOGGER } from './logging/logger.js';
import { Metrics } from './metrics/metrics.js';

type Hooks = Pick<AuthRedirectOptions, 'onCompleted' | 'onDenied' | 'onStep' | 'onStepEnded' | 'onRefused' | 'onKeys'>;

/** Logs and counts what the module reports: one line for each request. */
@Injectable()
export class Reports {
  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {}

  /** The module's options for hooks. */
  readonly hooks: Hooks = {
    onCompleted: ({ outcome, ...event }) => {
      this.logger.info({ ...event, code: outcome }, 'request');
      this.metrics.requestEnded(event.tenant, outcome, event.durationMs);
    },
    onDenied: ({ outcome, ...event }) => {
      this.logger.info({ ...event, code: outcome }, 'request');
      this.metrics.requestEnded(event.tenant, outcome, event.durationMs);
    },
    onStep: (event) => {
      this.logger.info({ ...event, code: 'step' }, 'request');
      this.metrics.requestEnded(event.tenant, 'step', event.durationMs);
      if (event.status !== 303) this.metrics.stepEvent(event.tenant, event.step, event.status === 422 ? 'invalid' : 'shown');
    },
    onStepEnded: ({ tenant, step, outcome }) => this.metrics.stepEvent(tenant, step, outcome),
    onRefused: ({ cause, ...event }) => {
      this.logger[cause === 'unavailable' ? 'error' : 'warn'](event, 'request');
      this.metrics.requestEnded(event.tenant, 'refused', event.durationMs, event.code);
    },
    onKeys: ({ outcome, ...event }) => {
      if (outcome === 'changed') this.logger.info(event, 'keys changed');
      else this.logger.error(event, 'keys kept: the new ones cannot be used');
      this.metrics.keysReloaded(event.tenant, outcome);
    },
  };
}
