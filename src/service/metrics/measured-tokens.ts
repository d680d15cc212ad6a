import { Injectable } from '@nestjs/common';
import { Clock } from '../../auth-redirect/clock.js';
import type { SessionToken, StepsOutcome } from '../../auth-redirect/session-token.js';
import { TenantsService } from '../../auth-redirect/tenants/tenants.service.js';
import { ContinueTokenService } from '../../auth-redirect/token/continue-token.service.js';
import { Metrics } from './metrics.js';

/** Measures the time to verify a token, valid or not, and to sign one. */
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
    return this.#measured('verify', () => super.verify(sessionToken));
  }

  override sign(sessionToken: SessionToken, state: string, outcome?: StepsOutcome): string {
    return this.#measured('sign', () => super.sign(sessionToken, state, outcome));
  }

  #measured<Result>(operation: 'verify' | 'sign', work: () => Result): Result {
    const started = performance.now();
    try {
      return work();
    } finally {
      this.metrics.tokenWork(operation, performance.now() - started);
    }
  }
}
