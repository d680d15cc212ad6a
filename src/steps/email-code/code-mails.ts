import type { StepContext } from '../../auth-redirect/steps/step.js';
import { codeOf } from './code.js';
import type { EmailCodeOptions } from './email-code.options.js';
import type { Generation } from './generations.js';
import { claimMail, type MailClaim, type Occasion } from './mail-claims.js';
import { mailOf } from './mail.js';
import { faultOf, Mailer } from './mailer.js';

const MAILS_PER_USER = 10;
const HOUR_SECONDS = 3600;
const MINUTE_MS = 60_000;

/** What became of a mail that was to be sent. */
export type Sending = { readonly type: 'sent' | 'failed' } | Exclude<MailClaim, { readonly type: 'claimed' }>;

/** Sends the codes of logins to their users, within limits. */
export class CodeMails {
  readonly #mailer: Mailer;

  constructor(private readonly options: EmailCodeOptions) {
    this.#mailer = new Mailer(options);
  }

  /**
   * @param address Of the user: one plain address.
   * @param now Milliseconds since 1970.
   */
  async send(
    context: StepContext,
    address: string,
    generation: Generation,
    occasion: Occasion,
    now: number,
  ): Promise<Sending> {
    const claim = await claimMail(context.memory, generation.number, occasion, now);
    if (claim.type !== 'claimed') return claim;
    // Counted before it is sent, and not taken back: what failed may have arrived all the same.
    const isWithinLimit = (await context.memory.countForUser('mails', HOUR_SECONDS)) <= MAILS_PER_USER;
    const isSent = isWithinLimit && (await this.#isSent(context, address, generation, now));
    await claim.settle(isSent ? 'sent' : 'failed');
    if (!isWithinLimit) return { type: 'limit' };
    return { type: isSent ? 'sent' : 'failed' };
  }

  async #isSent(context: StepContext, address: string, generation: Generation, now: number): Promise<boolean> {
    const code = codeOf(context, generation.number);
    const minutes = minutesOf(context, generation, now);
    const mail = mailOf(context, { code, minutes, product: this.options.product });
    try {
      await this.#mailer.send(address, mail, new Date(now));
      return true;
    } catch (error) {
      context.logger.error(`a mail with a code could not be sent: ${faultOf(error)}`);
      return false;
    }
  }
}

/** For how many whole minutes a code can still be used: until it ends, or the login does. */
export function minutesOf({ sessionToken }: StepContext, { endsAt }: Generation, now: number): number {
  const until = Math.min(endsAt, sessionToken.expiresAt * 1000);
  return Math.max(1, Math.floor((until - now) / MINUTE_MS));
}
