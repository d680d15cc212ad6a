import { Inject, Injectable, Logger } from '@nestjs/common';
import { AUTH_REDIRECT_OPTIONS, type AuthRedirectOptions } from '../options/auth-redirect.options.js';
import { Clock } from '../clock.js';
import { ContinueTokenService } from '../token/continue-token.service.js';
import { Locales } from '../locales/locales.js';
import { digest } from '../replay/digest.js';
import { ReplayStore } from '../replay/replay-store.js';
import type { StepContext } from './step.js';
import { returnAddress } from './step-address.js';
import type { StepLogin } from './step-logins.service.js';
import { replayStoreMemory } from './step-memory.js';

/** Makes what a step gets to know of a login. */
@Injectable()
export class StepContextsService {
  readonly #logger = new Logger('AuthRedirectStep');

  constructor(
    private readonly continueTokens: ContinueTokenService,
    private readonly locales: Locales,
    private readonly store: ReplayStore,
    private readonly clock: Clock,
    @Inject(AUTH_REDIRECT_OPTIONS) private readonly options: AuthRedirectOptions,
  ) {}

  /** @param step Id of the step. */
  contextFor(step: string, { session, sessionToken }: StepLogin, reference: string): StepContext {
    const { tenant, subject, expiresAt } = sessionToken;
    const login = digest(session.sessionToken);
    const line = (message: unknown): object => ({ message, reference, tenant, step });
    return {
      sessionToken,
      tenant,
      locale: session.locale,
      t: this.locales.translate(session.locale),
      earlier: session.done,
      reference,
      memory: replayStoreMemory(this.store, this.clock, { login, expiresAt, user: digest(tenant, subject), step }),
      secret: (name) => this.continueTokens.keyOf(sessionToken).stepSecret(login, step, name),
      returnUrl: () => returnAddress(this.options.publicUrl, step, session.id),
      logger: {
        log: (message: unknown) => this.#logger.log(line(message)),
        warn: (message: unknown) => this.#logger.warn(line(message)),
        error: (message: unknown) => this.#logger.error(line(message)),
      },
    };
  }
}
