import { Injectable } from '@nestjs/common';
import type { AuthRedirectOptions } from '../auth-redirect/options/auth-redirect.options.js';
import { RequestLog } from './logging/request-log.js';
import { Metrics } from './metrics/metrics.js';

/** Takes what the module reports to the log and to the metrics. */
@Injectable()
export class Reports {
  constructor(
    private readonly log: RequestLog,
    private readonly metrics: Metrics,
  ) {}

  /** The options of the module that report here. */
  hooks(): Pick<AuthRedirectOptions, 'onCompleted' | 'onDenied' | 'onStep' | 'onStepEnded' | 'onRefused' | 'onKeys'> {
    const both = [this.log, this.metrics];
    return {
      onCompleted: (event) => both.forEach((to) => to.completed(event)),
      onDenied: (event) => both.forEach((to) => to.denied(event)),
      onStep: (event) => both.forEach((to) => to.stepped(event)),
      onStepEnded: (event) => this.metrics.stepEnded(event),
      onRefused: (event) => both.forEach((to) => to.refused(event)),
      onKeys: (event) => both.forEach((to) => to.keys(event)),
    };
  }
}
