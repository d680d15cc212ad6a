import { Controller, Get, Res } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { send, type HttpResponse } from '../../auth-redirect/http/answer.js';
import { dataHeaders } from '../../auth-redirect/http/security-headers.js';
import { ReplayStore } from '../../auth-redirect/replay/replay-store.js';
import type { Environment } from '../configuration/environment.js';
import { DrainHook } from '../http/drain.hook.js';
import { MeasuredStore } from '../metrics/measured-store.js';

const OK = { status: 200, headers: dataHeaders('application/json'), body: JSON.stringify({ status: 'ok' }) };
const DRAINING = { ...OK, status: 503, body: JSON.stringify({ status: 'draining' }) };
const REDIS_UNAVAILABLE = { ...OK, status: 503, body: JSON.stringify({ status: 'redis_unavailable' }) };

/** Nothing is kept by it: that Redis answers is what matters. */
const READINESS_KEY = 'readiness';

/** What an orchestrator asks. Neither waits for anything. */
@Controller()
export class HealthController {
  /** Redis, where readiness depends on it. */
  readonly #redis: MeasuredStore | undefined;

  constructor(
    private readonly drain: DrainHook,
    store: ReplayStore,
    config: ConfigService<Environment, true>,
  ) {
    const isNeeded = config.get('READY_NEEDS_REDIS', { infer: true });
    this.#redis = isNeeded && store instanceof MeasuredStore ? store : undefined;
  }

  /** The process runs. Depends on nothing outside of it. */
  @Get('healthz')
  healthz(@Res() response: HttpResponse): void {
    send(response, OK);
  }

  /**
   * Requests can be served: the configuration is sound and the views are loaded, or the service would not have started. Not once
   * it is about to end, and, only where it is configured so, not while Redis does not answer. What is known of Redis is told at
   * once; it is asked for the next time.
   */
  @Get('readyz')
  readyz(@Res() response: HttpResponse): void {
    if (this.drain.isDraining) send(response, DRAINING);
    else if (this.#redis?.isAnswering === false) send(response, REDIS_UNAVAILABLE);
    else send(response, OK);
    this.#redis?.recall(READINESS_KEY).catch(() => undefined);
  }
}
