import { Injectable } from '@nestjs/common';
import { ContinueTokenService } from './continue-token/continue-token.service.js';
import type { SessionToken } from './continue-token/session-token.js';
import type { StepsOutcome } from './continue-token/steps-outcome.js';
import type { Answer } from './pages/answer.js';
import { PagesService } from './pages/pages.service.js';
import { TenantsService } from './tenants/tenants.service.js';

/** The answer that sends a login back to its tenant. */
@Injectable()
export class ContinuePageService {
  constructor(
    private readonly continueTokens: ContinueTokenService,
    private readonly tenants: TenantsService,
    private readonly pages: PagesService,
  ) {}

  /** @throws AuthRedirectError `token_expired` where the session token has expired meanwhile. */
  answer(sessionToken: SessionToken, state: string, outcome?: StepsOutcome): Answer {
    const { continueUrl } = this.tenants.byIssuer(sessionToken.issuer);
    const continueToken = this.continueTokens.sign(sessionToken, state, outcome);
    return this.pages.continuePage({ continueUrl, state, sessionToken: continueToken });
  }
}
