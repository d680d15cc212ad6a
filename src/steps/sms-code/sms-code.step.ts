import { Inject, Injectable, Optional } from '@nestjs/common';
import { Clock } from '../../auth-redirect/clock.js';
import type { StepView } from '../../auth-redirect/pages/step-view.js';
import { completed, denied, invalid, Step, type StepContext, type StepResult } from '../../auth-redirect/steps/step.js';
import { validOptions } from '../../auth-redirect/validation/validate.js';
import { OneTimeCodes, type CodeDelivery, type CodeMessage, type CodeRecipient } from '../../codes/index.js';
import { examplePhoneNumber, parsePhoneNumber } from '../../fields/phone-numbers.js';
import { isPhoneNumber, lineOf, type LineProblem } from './phone-line.js';
import { SmsCodeForm } from './sms-code.form.js';
import {
  SMS_CODE_OPTIONS,
  SMS_MESSAGE_HOOK,
  smsCodeProblems,
  SmsCodeSettings,
  type SmsCodeOptions,
  type SmsMessageEvent,
  type SmsMessageHook,
} from './sms-code.options.js';
import { codePage, deliveryProblem, numberPage, pageWithoutCode } from './sms-code.view.js';
import { faultOf, SmsGateway } from './sms-gateway.js';
import { smsText } from './sms-text.js';

/** Maximum messages per number and hour, over all users of the tenant, so that many accounts cannot fill a phone. */
const MESSAGES_PER_NUMBER = 5;

/**
 * Holds the data that the Action receives.
 *
 * @publicApi
 */
export type VerifiedPhoneNumber = {
  /** The number in the form of E.164, like `+4915112345678`. */
  readonly phone_number: string;
  /** Time of the verification (ISO 8601). */
  readonly verifiedAt: string;
  /** Whether `phone_number` is not the session token's. Only with the option `editableNumber`. */
  readonly enteredByUser?: boolean;
};

type Result = StepResult<SmsCodeForm, VerifiedPhoneNumber>;

/** The page that a post requested, until the same request renders it: the number form, or the code page after another message. */
type RequestedPage = 'number' | CodeDelivery;

/** Reason why the step cannot send a code. */
type Obstacle = 'missing' | LineProblem;

const OBSTACLES: Readonly<Record<Obstacle, string>> = {
  missing: 'the session token has no phone_number claim in E.164 format',
  country: 'no code was sent: the country of the phone number is not in the option countries',
  type: 'no code was sent: the phone number belongs to an expensive service',
};

/**
 * Sends a code to the phone number in the session token's `phone_number` claim, and requires the user to type it.
 *
 * @publicApi
 */
@Injectable()
export class SmsCodeStep extends Step<SmsCodeForm, VerifiedPhoneNumber> {
  readonly id: string;
  readonly form = SmsCodeForm;
  readonly #settings: SmsCodeSettings;
  readonly #codes: OneTimeCodes;
  readonly #gateway: SmsGateway;
  readonly #requested = new WeakMap<StepContext, RequestedPage>();

  /** @throws AuthRedirectOptionsError with every problem. */
  constructor(
    private readonly clock: Clock,
    @Inject(SMS_CODE_OPTIONS) options: SmsCodeOptions,
    @Optional() @Inject(SMS_MESSAGE_HOOK) private readonly onMessage?: SmsMessageHook,
  ) {
    super();
    this.#settings = validOptions('sms-code', SmsCodeSettings, options, smsCodeProblems(options));
    this.id = this.#settings.id ?? 'sms-code';
    this.#codes = new OneTimeCodes(clock, this.#settings.editableNumber ? {} : { changesPerLogin: 0 });
    this.#gateway = new SmsGateway(this.#settings.gateway, clock);
  }

  /** Sends the code with the step's first page. A reload or a second browser sends nothing. */
  async view(context: StepContext): Promise<StepView> {
    const requested = this.#requested.get(context);
    this.#requested.delete(context);
    const { editableNumber: isEditable } = this.#settings;
    const recipient = await this.#recipient(context);
    const obstacle = await this.#obstacle(context, recipient);
    const trouble = obstacle && textOf(obstacle, context);
    if (isEditable && (requested === 'number' || obstacle)) {
      return numberPage(context, obstacle === 'missing' ? null : (trouble ?? null), !obstacle);
    }
    if (!recipient || trouble) return pageWithoutCode(context, trouble ?? '');
    const isAnswer = typeof requested === 'object';
    const delivery = isAnswer ? requested : await this.#send(context, recipient);
    return codePage(context, { delivery, recipient, isAnswer, isEditable });
  }

  async submit(context: StepContext, { code, resend, change, phone }: SmsCodeForm): Promise<Result> {
    const recipient = await this.#recipient(context);
    if (this.#settings.editableNumber && phone !== undefined) return this.#useNumber(context, recipient, phone);
    if (this.#settings.editableNumber && change === 'yes') return this.#showNumberForm(context, {});
    const obstacle = await this.#obstacle(context, recipient);
    if (!recipient || obstacle) return this.#withoutCode(context, obstacle ?? 'missing');
    if (resend === 'yes') return this.#sendAgain(context, recipient);
    return code
      ? this.#check(context, recipient, code)
      : invalid<SmsCodeForm>({ code: context.t('smsCode.malformed') });
  }

  async #recipient(context: StepContext): Promise<CodeRecipient | undefined> {
    const { phone_number: number } = context.sessionToken.claims;
    return this.#codes.recipient(context, isPhoneNumber(number) ? number : undefined);
  }

  async #obstacle(context: StepContext, recipient: CodeRecipient | undefined): Promise<Obstacle | undefined> {
    if (!recipient) return 'missing';
    const { problem, country } = await lineOf(recipient.address, this.#settings.countries);
    if (problem) this.#report(context, country, `refused_${problem}`);
    return problem;
  }

  async #check(context: StepContext, recipient: CodeRecipient, code: string): Promise<Result> {
    const result = await this.#codes.check(context, recipient, code);
    switch (result.type) {
      case 'right':
        return completed(this.#dataOf(recipient));
      case 'wrong':
      case 'expired':
        return invalid<SmsCodeForm>({ code: context.t(`smsCode.${result.type}`) });
      case 'limit':
        return denied(
          'sms_code_tries',
          result.limit === 'login'
            ? context.t('smsCode.tooManyTries')
            : context.t('smsCode.tooManyTriesWait', { count: result.minutes }),
        );
      default:
        return result satisfies never;
    }
  }

  #dataOf({ address, isEntered }: CodeRecipient): VerifiedPhoneNumber {
    const verifiedAt = new Date(this.clock.now()).toISOString();
    return { phone_number: address, verifiedAt, ...(this.#settings.editableNumber && { enteredByUser: isEntered }) };
  }

  async #useNumber(context: StepContext, current: CodeRecipient | undefined, typed: unknown): Promise<Result> {
    const { countries } = this.#settings;
    const country = countries.length === 1 ? countries[0] : undefined;
    const parsed = await parsePhoneNumber(typeof typed === 'string' ? typed : '', country);
    if ('problem' in parsed) {
      const places = { example: await examplePhoneNumber(context.locale, country ?? countries[0]) };
      const text = parsed.problem === 'extension' ? 'telExtension' : country === undefined ? 'tel' : 'telNational';
      return this.#showNumberForm(context, { phone: context.t(`form.${text}`, places) });
    }
    const line = await lineOf(parsed.number, countries);
    if (line.problem) {
      this.#report(context, line.country, `refused_${line.problem}`);
      return this.#showNumberForm(context, { phone: textOf(line.problem, context) });
    }
    const isSame = current !== undefined && current.change > 0 && current.address === parsed.number;
    const isDone = isSame || (await this.#codes.changeRecipient(context, parsed.number));
    return invalid<SmsCodeForm>({}, isDone ? undefined : context.t('smsCode.tooManyChanges'));
  }

  #showNumberForm(context: StepContext, messages: { readonly phone?: string }): Result {
    this.#requested.set(context, 'number');
    return invalid<SmsCodeForm>(messages);
  }

  #withoutCode(context: StepContext, obstacle: Obstacle): Result {
    if (this.#settings.editableNumber) return invalid<SmsCodeForm>({});
    context.logger.warn(OBSTACLES[obstacle]);
    return denied(`phone_number_${obstacle === 'missing' ? 'missing' : 'refused'}`, textOf(obstacle, context));
  }

  async #sendAgain(context: StepContext, recipient: CodeRecipient): Promise<Result> {
    const delivery = await this.#send(context, recipient, true);
    this.#requested.set(context, delivery);
    return invalid<SmsCodeForm>({}, deliveryProblem(delivery, context));
  }

  async #send(context: StepContext, recipient: CodeRecipient, isAgain = false): Promise<CodeDelivery> {
    const { country = '', number } = await lineOf(recipient.address, this.#settings.countries);
    const limits = [
      { name: 'number', key: number, perHour: MESSAGES_PER_NUMBER },
      { name: 'country', key: country, perHour: this.#settings.perCountryPerHour },
    ];
    const delivery = await this.#codes.deliver(
      context,
      recipient,
      async (message) => {
        const isSent = await this.#sent(context, number, message);
        this.#report(context, country, isSent ? 'sent' : 'failed');
        return isSent;
      },
      { isAgain, limits },
    );
    if (delivery.type === 'limit') this.#limited(context, country, delivery.limit);
    return delivery;
  }

  async #sent(context: StepContext, to: string, { code }: CodeMessage): Promise<boolean> {
    try {
      await this.#gateway.send({
        to,
        code,
        text: smsText(context, code, this.#settings.product ?? '', hostOf(context)),
      });
      return true;
    } catch (error) {
      context.logger.error(`a message with a code could not be sent: ${faultOf(error)}`);
      return false;
    }
  }

  #limited(context: StepContext, country: string, limit: string): void {
    const what =
      { country: `of messages to ${country}`, number: 'of messages to a number' }[limit] ?? `of the ${limit}`;
    context.logger.warn(`no code was sent: the limit ${what} is used up`);
    this.#report(context, country, `limit_${limit}`);
  }

  /** A hook of the host that throws must not fail a login. */
  #report({ tenant, logger }: StepContext, country: string | undefined, outcome: SmsMessageEvent['outcome']): void {
    const { countries } = this.#settings;
    const isKnown = country !== undefined && countries.includes(country);
    try {
      this.onMessage?.({ tenant, step: this.id, country: isKnown ? country : 'other', outcome });
    } catch {
      logger.error('the message hook failed');
    }
  }
}

function textOf(obstacle: Obstacle, { t }: StepContext): string {
  return t(obstacle === 'missing' ? 'smsCode.noNumber' : 'smsCode.notAllowed');
}

/** Returns the host of the pages for browsers that bind codes to it; undefined without the option `publicUrl`, or without https. */
function hostOf(context: StepContext): string | undefined {
  try {
    const { protocol, hostname } = new URL(context.returnUrl());
    return protocol === 'https:' ? hostname : undefined;
  } catch {
    return undefined;
  }
}
