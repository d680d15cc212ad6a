import type { Clock } from '../auth-redirect/clock.js';
import type { StepContext } from '../auth-redirect/steps/step.js';
import { codeOf, generations, markFor, minutesLeft, tryCode, type CodeCheck } from './code.js';
import { deliver, type CodeDelivery, type TenantLimit } from './delivery.js';
import { DEFAULT_LIMITS, type CodeLimits } from './limits.js';
import { changeRecipient, findRecipient, type CodeRecipient } from './recipient.js';

/**
 * Contains the values for a message.
 *
 * @publicApi
 */
export interface CodeMessage {
  /** Six digits, `000000` to `999999`. */
  readonly code: string;
  /** Whole minutes for which the code is valid, at least 1. */
  readonly minutes: number;
}

/**
 * Configures a call of {@link OneTimeCodes.deliver}.
 *
 * @publicApi
 */
export interface CodeDeliveryOptions {
  /** Whether the user requested one more message. Default: false: a message is sent only once. */
  readonly isAgain?: boolean;
  /** Limits over all users of the tenant, counted one after the other. Default: none. */
  readonly limits?: readonly TenantLimit[];
}

/**
 * Creates, delivers and checks codes of six digits over any channel. A code is valid for 10 minutes, in its login and step, for its
 * recipient. The code is derived: the store never contains it, and all replicas compute the same code.
 *
 * @example
 * ```ts
 * const codes = new OneTimeCodes(clock);
 * // in view()
 * const recipient = await codes.recipient(context, phone);
 * const delivery = await codes.deliver(context, recipient, async ({ code, minutes }) => gateway.send(phone, code, minutes));
 * // in submit()
 * const { type } = await codes.check(context, recipient, form.code);
 * ```
 *
 * @publicApi
 */
export class OneTimeCodes {
  readonly #limits: CodeLimits;

  /** @param limits Default: the defaults of {@link CodeLimits}. */
  constructor(
    private readonly clock: Clock,
    limits: Partial<CodeLimits> = {},
  ) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
  }

  /**
   * Returns the recipient: the last address that the user entered in this login, otherwise the step's own.
   *
   * @param own The step's own address, for example from a claim.
   * @returns Undefined without an address.
   */
  recipient(context: StepContext, own: string): Promise<CodeRecipient>;
  recipient(context: StepContext, own: string | undefined): Promise<CodeRecipient | undefined>;
  async recipient(context: StepContext, own: string | undefined): Promise<CodeRecipient | undefined> {
    return findRecipient(context, own, this.#limits);
  }

  /**
   * Makes an address the recipient for the rest of the login. Stores it encrypted.
   *
   * @param address Validate and normalize the address first.
   * @returns Whether the limits allow it.
   */
  async changeRecipient(context: StepContext, address: string): Promise<boolean> {
    return changeRecipient(context, address, this.#limits);
  }

  /**
   * Sends the code within the limits. Call it in `view()`: reloads, other browsers and replicas do not send it again.
   *
   * @param send Returns whether the message was sent. An error counts as a failed message, and is thrown again.
   */
  async deliver(
    context: StepContext,
    recipient: CodeRecipient,
    send: (message: CodeMessage) => Promise<boolean>,
    { isAgain = false, limits = [] }: CodeDeliveryOptions = {},
  ): Promise<CodeDelivery> {
    const now = this.clock.now();
    const [generation] = await generations(context.memory, now);
    const minutes = minutesLeft(context, generation, now);
    const message = { recipient, generation: generation.number, isAgain };
    const outcome = await deliver(context.memory, message, { ...this.#limits, ofTenant: limits }, now, async () =>
      send({ code: codeOf(context, markFor(generation, recipient)), minutes }),
    );
    return { ...outcome, minutes };
  }

  /**
   * Checks a code. Each call counts as a try.
   *
   * @param code Six ASCII digits, from {@link codeIn}.
   */
  async check(context: StepContext, recipient: CodeRecipient, code: string): Promise<CodeCheck> {
    return tryCode(context, recipient, code, this.#limits, this.clock);
  }
}
