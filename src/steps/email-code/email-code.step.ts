import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../auth-redirect/clock.js';
import type { StepView } from '../../auth-redirect/pages/step-view.js';
import { completed, denied, invalid, Step, type StepContext, type StepResult } from '../../auth-redirect/steps/step.js';
import { validOptions } from '../../auth-redirect/validation/validate.js';
import { OneTimeCodes, type CodeDelivery, type CodeRecipient } from '../../codes/index.js';
import { isPlainAddress } from '../../fields/email-address.js';
import { EmailCodeForm } from './email-code.form.js';
import { EMAIL_CODE_OPTIONS, EmailCodeOptions } from './email-code.options.js';
import { addressPage, codePage, deliveryProblem, pageWithoutAddress } from './email-code.view.js';
import { mailOf } from './mail.js';
import { mailboxLimits } from './mailbox-limits.js';
import { faultOf, sendMail } from './mailer.js';

/**
 * Holds the data that the Action receives.
 *
 * @publicApi
 */
export type VerifiedEmail = {
  readonly email: string;
  /** Time of the verification (ISO 8601). */
  readonly verifiedAt: string;
  /** Whether `email` is not the session token's. Only with the option `editableAddress`. */
  readonly enteredByUser?: boolean;
};

type Result = StepResult<EmailCodeForm, VerifiedEmail>;

/** The page that a post requested, until the same request renders it: the address form, or the code page after another mail. */
type RequestedPage = 'address' | CodeDelivery;

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
  readonly #isEditable: boolean;
  readonly #codes: OneTimeCodes;
  readonly #requested = new WeakMap<StepContext, RequestedPage>();

  /** @throws AuthRedirectOptionsError with every problem. */
  constructor(
    private readonly clock: Clock,
    @Inject(EMAIL_CODE_OPTIONS) options: EmailCodeOptions,
  ) {
    super();
    this.#options = validOptions('email-code', EmailCodeOptions, options);
    this.id = this.#options.id ?? 'email-code';
    this.#isEditable = this.#options.editableAddress === true;
    this.#codes = new OneTimeCodes(clock, this.#isEditable ? {} : { changesPerLogin: 0 });
  }

  /** Sends the code with the step's first page. A reload or a second browser sends nothing. */
  async view(context: StepContext): Promise<StepView> {
    const requested = this.#requested.get(context);
    this.#requested.delete(context);
    const recipient = await this.#recipient(context);
    if (requested === 'address' || (!recipient && this.#isEditable))
      return addressPage(context, recipient !== undefined);
    if (!recipient) return pageWithoutAddress(context);
    const delivery = requested ?? (await this.#send(context, recipient));
    return codePage(context, {
      delivery,
      recipient,
      isAnswer: requested !== undefined,
      isEditable: this.#isEditable,
    });
  }

  async submit(context: StepContext, { code, resend, change, address }: EmailCodeForm): Promise<Result> {
    const recipient = await this.#recipient(context);
    if (this.#isEditable && address !== undefined) return this.#useAddress(context, recipient, address);
    if (this.#isEditable && change === 'yes') return this.#showAddressForm(context, {});
    if (!recipient) return this.#withoutAddress(context);
    if (resend === 'yes') return this.#sendAgain(context, recipient);
    return code
      ? this.#check(context, recipient, code)
      : invalid<EmailCodeForm>({ code: context.t('emailCode.malformed') });
  }

  async #recipient(context: StepContext): Promise<CodeRecipient | undefined> {
    const { email } = context.sessionToken.claims;
    return this.#codes.recipient(context, isPlainAddress(email) ? email : undefined);
  }

  async #check(context: StepContext, recipient: CodeRecipient, code: string): Promise<Result> {
    const result = await this.#codes.check(context, recipient, code);
    switch (result.type) {
      case 'right':
        return completed(this.#dataOf(recipient));
      case 'wrong':
      case 'expired':
        return invalid<EmailCodeForm>({ code: context.t(`emailCode.${result.type}`) });
      case 'limit':
        return denied(
          'email_code_tries',
          result.limit === 'login'
            ? context.t('emailCode.tooManyTries')
            : context.t('emailCode.tooManyTriesWait', { count: result.minutes }),
        );
      default:
        return result satisfies never;
    }
  }

  #dataOf({ address, isEntered }: CodeRecipient): VerifiedEmail {
    const verifiedAt = new Date(this.clock.now()).toISOString();
    return { email: address, verifiedAt, ...(this.#isEditable && { enteredByUser: isEntered }) };
  }

  async #useAddress(context: StepContext, current: CodeRecipient | undefined, typed: unknown): Promise<Result> {
    const address = typeof typed === 'string' ? typed.replaceAll(/\p{Format}/gu, '').trim() : '';
    if (!isPlainAddress(address)) return this.#showAddressForm(context, { address: context.t('form.email') });
    const isAgain = current !== undefined && current.change > 0 && current.address === address;
    const isDone = isAgain || (await this.#codes.changeRecipient(context, address));
    return invalid<EmailCodeForm>({}, isDone ? undefined : context.t('emailCode.tooManyChanges'));
  }

  #showAddressForm(context: StepContext, messages: { readonly address?: string }): Result {
    this.#requested.set(context, 'address');
    return invalid<EmailCodeForm>(messages);
  }

  #withoutAddress(context: StepContext): Result {
    if (this.#isEditable) return invalid<EmailCodeForm>({});
    context.logger.warn('the session token has no email claim with one plain address');
    return denied('email_address_missing', context.t('emailCode.noAddress'));
  }

  async #sendAgain(context: StepContext, recipient: CodeRecipient): Promise<Result> {
    const delivery = await this.#send(context, recipient, true);
    this.#requested.set(context, delivery);
    return invalid<EmailCodeForm>({}, deliveryProblem(delivery, context));
  }

  async #send(context: StepContext, recipient: CodeRecipient, isAgain = false): Promise<CodeDelivery> {
    const options = { isAgain, limits: mailboxLimits(recipient) };
    return this.#codes.deliver(
      context,
      recipient,
      async ({ code, minutes }) => {
        const mail = await mailOf(context, code, minutes, this.#options.product);
        try {
          await sendMail(this.#options, recipient.address, mail, new Date(this.clock.now()));
          return true;
        } catch (error) {
          context.logger.error(`a mail with a code could not be sent: ${faultOf(error)}`);
          return false;
        }
      },
      options,
    );
  }
}
