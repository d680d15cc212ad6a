import { Inject, Injectable } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { Allow, Matches, ValidateIf } from 'class-validator';
import { Clock } from '../../auth-redirect/clock.js';
import type { StepView } from '../../auth-redirect/pages/step-view.js';
import { completed, denied, invalid, Step, type StepContext, type StepResult } from '../../auth-redirect/steps/step.js';
import { validOptions } from '../../auth-redirect/validation/validate.js';
import { deliver } from './code-delivery.js';
import { codeOf, generations, minutesLeft, tryCode } from './code.js';
import { isPlainAddress } from './email-address.js';
import { EMAIL_CODE_OPTIONS, EmailCodeOptions } from './email-code.options.js';
import { codePage, deliveryProblem, pageWithoutAddress, type Sending } from './email-code.view.js';
import { mailOf } from './mail.js';
import { faultOf, sendMail } from './mailer.js';

const ARABIC_DIGITS = /[\u0660-\u0669\u06F0-\u06F9]/g;

/** White space and hyphens between digits, and invisible marks that are copied with them. */
const SEPARATORS = /[\s\p{Dash_Punctuation}\p{Format}]/gu;

/**
 * Holds the posted form of {@link EmailCodeStep}.
 *
 * @publicApi
 */
export class EmailCodeForm {
  /** Six ASCII digits, however the user typed or pasted them. */
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? digitsOf(value) : value))
  @ValidateIf(({ resend }: EmailCodeForm) => resend !== 'yes')
  @Matches(/^\d{6}$/, { message: 'emailCode.malformed' })
  code!: string;

  /** The button that requests another mail. */
  @Allow()
  resend?: unknown;
}

/**
 * Holds the data that the Action receives.
 *
 * @publicApi
 */
export type VerifiedEmail = { readonly email: string; readonly verifiedAt: string };

type Result = StepResult<EmailCodeForm, VerifiedEmail>;

/**
 * Mails a code to the address in the session token's `email` claim, and requires the user to type it.
 *
 * @publicApi
 */
@Injectable()
export class EmailCodeStep extends Step<EmailCodeForm, VerifiedEmail> {
  readonly id: string;
  readonly form = EmailCodeForm;
  readonly #options: EmailCodeOptions;

  /** A mail that the user requested, until the same request renders the page. */
  readonly #resent = new WeakMap<StepContext, Sending>();

  /** @throws AuthRedirectOptionsError with every problem of the options at once. */
  constructor(
    private readonly clock: Clock,
    @Inject(EMAIL_CODE_OPTIONS) options: EmailCodeOptions,
  ) {
    super();
    this.#options = validOptions('email-code', EmailCodeOptions, options);
    this.id = this.#options.id ?? 'email-code';
  }

  /** Sends the code with its first page. A reload or a second browser sends nothing. */
  async view(context: StepContext): Promise<StepView> {
    const address = addressOf(context);
    if (address === undefined) return pageWithoutAddress(context);
    const resent = this.#resent.get(context);
    this.#resent.delete(context);
    const sending = resent ?? (await this.#send(context, address, 'first'));
    return codePage(context, { ...sending, address, isAnswer: resent !== undefined });
  }

  async submit(context: StepContext, { code, resend }: EmailCodeForm): Promise<Result> {
    const address = addressOf(context);
    if (address === undefined) {
      context.logger.warn('the session token has no email claim with one plain address');
      return denied('email_address_missing', context.t('emailCode.noAddress'));
    }
    return resend === 'yes' ? this.#sendAgain(context, address) : this.#check(context, address, code);
  }

  async #check(context: StepContext, email: string, code: string): Promise<Result> {
    const result = await tryCode(context, code, this.clock);
    if (result === 'right') return completed({ email, verifiedAt: new Date(this.clock.now()).toISOString() });
    if (result === 'limit') return denied('email_code_tries', context.t('emailCode.tooManyTries'));
    return invalid<EmailCodeForm>({ code: context.t(`emailCode.${result}`) });
  }

  async #sendAgain(context: StepContext, address: string): Promise<Result> {
    const sending = await this.#send(context, address, 'again');
    this.#resent.set(context, sending);
    return invalid<EmailCodeForm>({}, deliveryProblem(sending.delivery, context));
  }

  async #send(context: StepContext, address: string, occasion: 'first' | 'again'): Promise<Sending> {
    const now = this.clock.now();
    const [generation] = await generations(context.memory, now);
    const minutes = minutesLeft(context, generation, now);
    const message = { generation: generation.number, occasion };
    const delivery = await deliver(context.memory, message, now, async () => {
      const mail = mailOf(context, codeOf(context, generation.mark), minutes, this.#options.product);
      try {
        await sendMail(this.#options, address, mail, new Date(now));
        return true;
      } catch (error) {
        context.logger.error(`a mail with a code could not be sent: ${faultOf(error)}`);
        return false;
      }
    });
    return { delivery, minutes };
  }
}

function addressOf({ sessionToken }: StepContext): string | undefined {
  const { email } = sessionToken.claims;
  return isPlainAddress(email) ? email : undefined;
}

function digitsOf(text: string): string {
  return text
    .normalize('NFKC') // full-width and styled digits
    .replaceAll(ARABIC_DIGITS, (digit) => String(digit.charCodeAt(0) & 0xf))
    .replaceAll(SEPARATORS, '');
}
