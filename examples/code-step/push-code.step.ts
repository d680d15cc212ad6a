import { Injectable } from '@nestjs/common';
import {
  Clock,
  completed,
  denied,
  invalid,
  Step,
  type FormValues,
  type StepContext,
  type StepResult,
  type StepView,
} from 'nestjs-auth-redirect';
import {
  CODE_LINE_MAX,
  codeIn,
  OneTimeCodes,
  type CodeDelivery,
  type CodeMessage,
  type CodeRecipient,
} from 'nestjs-auth-redirect/codes';
import { HttpClient, HttpClientError } from 'nestjs-auth-redirect/http-client';
import { Transform } from 'class-transformer';
import { Allow, Matches, ValidateIf } from 'class-validator';

class PushCodeForm {
  /** Six digits, also if the user pastes the whole message. */
  @Transform(({ value }: { value: unknown }) => codeIn(value))
  @ValidateIf(({ resend }: PushCodeForm) => resend !== 'yes')
  @Matches(/^\d{6}$/, { message: 'Enter the 6 digits of the code.' })
  code!: string;

  /** The button that requests another message. */
  @Allow()
  resend?: unknown;
}

type Confirmed = { readonly confirmedAt: string };

/** Sends a code to the user's phone through a push service, and requires the user to type it. */
@Injectable()
export class PushCodeStep extends Step<PushCodeForm, Confirmed> {
  readonly id = 'push-code';
  readonly form = PushCodeForm;
  readonly #codes: OneTimeCodes;
  readonly #pushService = new HttpClient({ timeout: 3, allowPrivateAddresses: true });

  constructor(private readonly clock: Clock) {
    super();
    // Users cannot enter another recipient. The other limits keep their defaults.
    this.#codes = new OneTimeCodes(clock, { changesPerLogin: 0, triesPerUser: 10 });
  }

  /** Delivers the code. Reloads and other browsers send no message; the button sends another one. */
  async view(context: StepContext, posted?: FormValues): Promise<StepView> {
    const isAgain = posted?.resend === 'yes';
    const send = async (message: CodeMessage): Promise<boolean> => this.#send(context, message);
    const delivery = await this.#codes.deliver(context, await this.#recipient(context), send, { isAgain });
    const isUnsent = delivery.type === 'failed' || delivery.type === 'limit';
    return {
      template: 'push-code',
      title: 'Check your phone',
      labels: { code: 'Code' },
      actions: [{ name: 'resend', label: 'Send a new code' }],
      model: {
        trouble: problemOf(delivery),
        notice: isAgain && delivery.type === 'sent' ? 'We sent another message.' : null,
        text: isUnsent ? null : `We sent a 6-digit code to your app. Minutes left to use it: ${delivery.minutes}.`,
        lineMax: CODE_LINE_MAX,
      },
    };
  }

  async submit(context: StepContext, { code, resend }: PushCodeForm): Promise<StepResult<PushCodeForm, Confirmed>> {
    if (resend === 'yes') return invalid<PushCodeForm>({}); // view() sends it
    const result = await this.#codes.check(context, await this.#recipient(context), code);
    switch (result.type) {
      case 'right':
        return completed({ confirmedAt: new Date(this.clock.now()).toISOString() });
      case 'wrong':
        return invalid<PushCodeForm>({ code: 'This code is wrong. Check it, or request a new one.' });
      case 'expired':
        return invalid<PushCodeForm>({ code: 'This code has expired. Use the code in the latest message.' });
      case 'limit': {
        const wait = result.limit === 'user' ? `in ${result.minutes} min` : 'to get a new code';
        return denied('push_code_tries', `You entered a wrong code too often. Sign in again ${wait}.`);
      }
      default:
        return result satisfies never;
    }
  }

  /** Returns the recipient: the push service knows each user's phones. */
  async #recipient(context: StepContext): Promise<CodeRecipient> {
    return this.#codes.recipient(context, context.sessionToken.subject);
  }

  /** Returns whether the push service accepted the message. Do not log the code or the user. */
  async #send(context: StepContext, { code, minutes }: CodeMessage): Promise<boolean> {
    try {
      const { status } = await this.#pushService.send({
        method: 'POST',
        url: `${process.env.PUSH_SERVICE_URL}/messages`,
        headers: { authorization: `Bearer ${process.env.PUSH_SERVICE_TOKEN}`, 'content-type': 'application/json' },
        body: JSON.stringify({ user: context.sessionToken.subject, text: `Your code is ${code}.`, minutes }),
      });
      if (status === 202) return true;
      context.logger.error(`the push service answered with status ${status}`);
    } catch (error) {
      if (!(error instanceof HttpClientError)) throw error;
      context.logger.error(`the push service cannot be used: ${error.message}`);
    }
    return false;
  }
}

function problemOf(delivery: CodeDelivery): string | null {
  switch (delivery.type) {
    case 'sent':
      return null;
    case 'pause':
      return `Wait ${delivery.seconds} s before you request another code.`;
    case 'limit':
      return 'We cannot send another code at the moment. Use the last one, or try again later.';
    case 'failed':
      return 'We could not send the message with the code. Try again.';
    default:
      return delivery satisfies never;
  }
}
