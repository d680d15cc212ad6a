import { Controller, Get, Res } from '@nestjs/common';
import { send, type HttpResponse } from '../../auth-redirect/pages/answer.js';
import { dataHeaders } from '../../auth-redirect/pages/security-headers.js';

const OK = { status: 200, headers: dataHeaders('application/json'), body: JSON.stringify({ status: 'ok' }) };

/** What an orchestrator asks. Neither depends on anything outside of the process. */
@Controller()
export class HealthController {
  /** The process runs. */
  @Get('healthz')
  healthz(@Res() response: HttpResponse): void {
    send(response, OK);
  }

  /** Requests can be served: the configuration is sound and the views are loaded, or the service would not have started. */
  @Get('readyz')
  readyz(@Res() response: HttpResponse): void {
    send(response, OK);
  }
}
