import { Controller, Get, Res } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { send, type HttpResponse } from '../../auth-redirect/http/answer.js';
import { dataHeaders } from '../../auth-redirect/http/security-headers.js';
import { ReplayStore } from '../../auth-redirect/replay/replay-store.js';
import type { Environment } from '../configuration/environment.js';
import { DrainHook } from '../http/drain.hook.js';

const OK = { status: 200, headers: dataHeaders('application/json'), body: JSON.stringify({ status: 'ok' }) };
const DRAINING = { ...OK, status: 503, body: JSON.stringify({ status: 'draining' }) };
const REDIS_UNAVAILABLE = { ...OK, status: 503, body: JSON.stringify({ status: 'redis_unavailable' }) };

/** Any key: only the answer matters. */
const READINESS_KEY = 'readiness';

/** Answers the probes of an orchestrator, without waiting. */
@Controller()
export class HealthController {
  readonly #needsRedis: boolean;

  constructor(
    private readonly drain: DrainHook,
    private readonly store: ReplayStore,
    config: ConfigService<Environment, true>,
  ) {
    this.#needsRedis = config.get('READY_NEEDS_REDIS', { infer: true });
  }

  /** Does not depend on other systems. */
  @Get('healthz')
  healthz(@Res() response: HttpResponse): void {
    send(response, OK);
  }

  /**
   * Answers 503 during shutdown and, with READY_NEEDS_REDIS, while Redis does not answer. Reports the result of the last Redis call, and
   * starts the next.
   */
  @Get('readyz')
  async readyz(@Res() response: HttpResponse): Promise<void> {
    if (this.drain.isDraining) send(response, DRAINING);
    else if (this.#needsRedis && !this.#isRedisAnswering()) send(response, REDIS_UNAVAILABLE);
    else send(response, OK);
    if (this.#needsRedis) await Promise.resolve(this.store.recall(READINESS_KEY)).catch(() => undefined);
  }

  #isRedisAnswering(): boolean {
    return 'isAnswering' in this.store && this.store.isAnswering === true;
  }
}
