import { Injectable } from '@nestjs/common';
import { Clock } from '../../auth-redirect/clock.js';
import { ContinueTokenService } from '../../auth-redirect/token/continue-token.service.js';
import type { SessionToken, StepsOutcome } from '../../auth-redirect/session-token.js';
import { TenantsService } from '../../auth-redirect/tenants/tenants.service.js';
import { Metrics } from './metrics.js';

/** Token work, with the time that it takes, whether the token is accepted or refused. */
@Injectable()
export class MeasuredTokens extends ContinueTokenService {
  constructor(
    tenants: TenantsService,
    clock: Clock,
    private readonly metrics: Metrics,
  ) {
    super(tenants, clock);
  }

  override verify(sessionToken: string): SessionToken {
    const started = performance.now();
    try {
      return super.verify(sessionToken);
    } finally {
      this.metrics.tokenWork('verify', performance.now() - started);
    }
  }

  override sign(sessionToken: SessionToken, state: string, outcome?: StepsOutcome): string {
    const started = performance.now();
    try {
      return super.sign(sessionToken, state, outcome);
    } finally {
      this.metrics.tokenWork('sign', performance.now() - started);
    }
  }
}
