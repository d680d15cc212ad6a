import { Injectable } from '@nestjs/common';
import { ContinueTokenService } from '../token/continue-token.service.js';
import type { SessionToken, StepsOutcome } from '../session-token.js';
import type { Answer } from '../http/answer.js';
import { PagesService } from '../pages/pages.service.js';
import { TenantsService } from '../tenants/tenants.service.js';

/** Configures a continue page. */
export interface ContinuePageOptions {
  /** Available language (RFC 5646). Default: `en`. */
  readonly locale?: string;
  /** Result of the steps. Default: none; the login had no steps. */
  readonly outcome?: StepsOutcome | undefined;
  /** Whether the page may submit its form automatically, unless `continuePage` prevents it. Default: true. */
  readonly isAutomatic?: boolean;
}

/**
 * Builds the page that sends a login back to its tenant.
 *
 * @publicApi
 */
@Injectable()
export class ContinuePageService {
  constructor(
    private readonly continueTokens: ContinueTokenService,
    private readonly tenants: TenantsService,
    private readonly pages: PagesService,
  ) {}

  /**
   * Returns the continue page.
   *
   * @param sessionToken The result of {@link ContinueTokenService.verify}.
   * @param state Auth0's `state` of the same request, unchanged.
   * @returns The page, which posts to the configured continue URL.
   * @throws AuthRedirectError `token_expired` if the session token has expired meanwhile.
   */
  answer(
    sessionToken: SessionToken,
    state: string,
    { locale = 'en', outcome, isAutomatic = true }: ContinuePageOptions = {},
  ): Answer {
    const { continueUrl } = this.tenants.byIssuer(sessionToken.issuer);
    const continueToken = this.continueTokens.sign(sessionToken, state, outcome);
    return this.pages.continuePage({
      continueUrl,
      state,
      sessionToken: continueToken,
      locale,
      isAutomatic,
      tenant: sessionToken.tenant,
    });
  }
}
