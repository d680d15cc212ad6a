import { Controller, Get, Res } from '@nestjs/common';
import { send, type HttpResponse } from '../../auth-redirect/pages/answer.js';
import { dataHeaders } from '../../auth-redirect/pages/security-headers.js';
import { DrainHook } from '../http/drain.hook.js';

const OK = { status: 200, headers: dataHeaders('application/json'), body: JSON.stringify({ status: 'ok' }) };
const DRAINING = { ...OK, status: 503, body: JSON.stringify({ status: 'draining' }) };

/** What an orchestrator asks. Neither depends on anything outside of the process. */
@Controller()
export class HealthController {
  constructor(private readonly drain: DrainHook) {}

  /** The process runs. */
  @Get('healthz')
  healthz(@Res() response: HttpResponse): void {
    send(response, OK);
  }

  /**
   * Requests can be served: the configuration is sound and the views are loaded, or the service would not have started. Not once
   * it is about to end.
   */
  @Get('readyz')
  readyz(@Res() response: HttpResponse): void {
    send(response, this.drain.isDraining ? DRAINING : OK);
  }
}
