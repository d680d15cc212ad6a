import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../auth-redirect/clock.js';
import { AuthRedirectOptionsError } from '../../auth-redirect/errors.js';
import { problemsOf } from '../../auth-redirect/validation/validate.js';
import {
  completed,
  denied,
  invalid,
  Step,
  type Denied,
  type Invalid,
  type StepContext,
  type StepResult,
} from '../../auth-redirect/steps/step.js';
import type { StepView } from '../../auth-redirect/pages/step-view.js';
import { CodeMails, type Sending } from './code-mails.js';
import { codeOf, isSameCode } from './code.js';
import { isPlainAddress } from './email-address.js';
import { EmailCodeForm } from './email-code.form.js';
import { EMAIL_CODE_OPTIONS, EmailCodeOptions } from './email-code.options.js';
import { codePage, pageWithoutAddress } from './email-code.view.js';
import { generations, type Generation } from './generations.js';

/** Codes that may be tried in one login. */
const TRIES_PER_LOGIN = 5;

/** Codes that may be tried for one user in an hour, over all logins. */
const TRIES_PER_USER = 20;
const HOUR_SECONDS = 3600;

/** What the Action gets to know. */
export type VerifiedEmail = { readonly email: string; readonly verifiedAt: string };

type Result = StepResult<EmailCodeForm, VerifiedEmail>;

/**
 * A code by mail, to the address in the session token's `email` claim, that the user has to give.
 *
 * @publicApi
 */
@Injectable()
export class EmailCodeStep extends Step<EmailCodeForm, VerifiedEmail> {
  readonly id = 'email-code';
  readonly form = EmailCodeForm;
  readonly #mails: CodeMails;

  /** What came of a mail that was asked for, until the page of the same request is shown. */
  readonly #resent = new WeakMap<StepContext, Sending>();

  /** @throws AuthRedirectOptionsError */
  constructor(
    private readonly clock: Clock,
    @Inject(EMAIL_CODE_OPTIONS) options: EmailCodeOptions,
  ) {
    super();
    const candidate = Object.assign(new EmailCodeOptions(), options);
    const problems = problemsOf(candidate, 'unknown properties refused').map((problem) => `${this.id}.${problem}`);
    if (problems.length > 0) throw new AuthRedirectOptionsError(problems);
    this.#mails = new CodeMails(candidate);
  }

  /** The first page of a code sends it; a refreshed one, or one in another browser, does not. */
  async view(context: StepContext): Promise<StepView> {
    const address = addressOf(context);
    if (address === undefined) return pageWithoutAddress(context);
    const now = this.clock.now();
    const [generation] = await generations(context.memory, now);
    const resent = this.#resent.get(context);
    this.#resent.delete(context);
    const sending = resent ?? (await this.#mails.send(context, address, generation, 'first', now));
    return codePage(context, { address, generation, now, sending, isAnswer: resent !== undefined });
  }

  async submit(context: StepContext, { code, resend }: EmailCodeForm): Promise<Result> {
    const address = addressOf(context);
    if (address === undefined) {
      context.logger.warn('the session token has no email claim with one plain address');
      return denied('email_address_missing', context.t('emailCode.noAddress'));
    }
    return resend === 'yes' ? this.#sendAgain(context, address) : this.#check(context, address, code);
  }

  async #sendAgain(context: StepContext, address: string): Promise<Invalid<EmailCodeForm>> {
    const now = this.clock.now();
    const [generation] = await generations(context.memory, now);
    const sending = await this.#mails.send(context, address, generation, 'again', now);
    this.#resent.set(context, sending);
    return invalid<EmailCodeForm>({}, problemWith(sending, context));
  }

  /**
   * Every try counts before it is looked at, so that none of many posts at once goes uncounted. That includes the right ones: a
   * limit that they could pass would stop nobody who guesses.
   */
  async #check(context: StepContext, email: string, code: string): Promise<Result> {
    const tries = await context.memory.count('tries');
    const triesOfUser = await context.memory.countForUser('tries', HOUR_SECONDS);
    if (tries > TRIES_PER_LOGIN || triesOfUser > TRIES_PER_USER) return tooManyTries(context);
    const now = this.clock.now();
    const [latest, ...earlier] = await generations(context.memory, now);
    const matching = [latest, ...earlier].filter(({ number }) => isSameCode(code, codeOf(context, number)));
    if (matching.some(({ endsAt }) => now < endsAt)) {
      return completed({ email, verifiedAt: new Date(now).toISOString() });
    }
    if (tries === TRIES_PER_LOGIN || triesOfUser === TRIES_PER_USER) return tooManyTries(context);
    return invalid<EmailCodeForm>({ code: wrongCode(context, matching) });
  }
}

function addressOf({ sessionToken }: StepContext): string | undefined {
  const { email } = sessionToken.claims;
  return isPlainAddress(email) ? email : undefined;
}

function wrongCode({ t }: StepContext, matching: readonly Generation[]): string {
  return t(matching.length > 0 ? 'emailCode.expired' : 'emailCode.wrong');
}

function tooManyTries({ t }: StepContext): Denied {
  return denied('email_code_tries', t('emailCode.tooManyTries'));
}

/** Undefined where the mail is on its way: the page says so itself. */
function problemWith(sending: Sending, { t }: StepContext): string | undefined {
  switch (sending.type) {
    case 'sent':
    case 'sentBefore':
      return undefined;
    case 'pause':
      return t('emailCode.pause', { count: sending.seconds });
    case 'limit':
      return t('emailCode.notSent');
    case 'failed':
      return t('emailCode.mailFailed');
    default:
      return sending satisfies never;
  }
}
