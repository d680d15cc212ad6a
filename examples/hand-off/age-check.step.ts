import { createHmac, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import {
  completed,
  denied,
  handOff,
  pending,
  Step,
  waitView,
  type HandOff,
  type StepContext,
  type StepResult,
  type StepView,
  type WebhookInbox,
  type WebhookRequest,
} from 'nestjs-auth-redirect';

export const WEBHOOK_SECRET = Symbol('webhook secret');

class NoFields {}

type Adult = { readonly adult: true };

/** Checks the user's age at a vendor, which returns the user at once and sends its result to the webhook later. */
@Injectable()
export class AgeCheckStep extends Step<NoFields, Adult> {
  readonly id = 'age-check';
  readonly form = NoFields;

  constructor(@Inject(WEBHOOK_SECRET) private readonly webhookSecret: string) {
    super();
  }

  async view(context: StepContext): Promise<StepView> {
    const title = 'Your age';
    const isBack = (await context.memory.recall(`back ${context.returnUrl()}`)) !== undefined;
    if (isBack) return waitView(context, { title, text: 'We wait for the result of your age check.' });
    return { template: 'fields', title, submitLabel: 'Check my age', model: { fields: [], fieldStyle: '' } };
  }

  async submit(context: StepContext): Promise<HandOff> {
    const reference = referenceOf(context);
    await context.inbox.expect(reference);
    const query = new URLSearchParams({ reference, return_to: context.returnUrl() });
    return handOff(`https://age.example/check?${query.toString()}`);
  }

  override async returned(context: StepContext): Promise<StepResult<NoFields, Adult>> {
    await context.memory.remember(`back ${context.returnUrl()}`, 'yes');
    return this.resume(context);
  }

  override async resume(context: StepContext): Promise<StepResult<NoFields, Adult>> {
    const result = await context.inbox.read(referenceOf(context));
    if (result === undefined) return pending();
    return result === 'adult' ? completed({ adult: true }) : denied('underage', 'You have to be 18.');
  }

  override async webhook({ headers, body }: WebhookRequest, inbox: WebhookInbox): Promise<'accepted' | 'rejected'> {
    const expected = createHmac('sha256', this.webhookSecret).update(body).digest();
    const signature = Buffer.from(String(headers['x-signature']), 'hex');
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) return 'rejected';
    const { reference, result }: { reference: string; result: string } = JSON.parse(Buffer.from(body).toString());
    await inbox.deliver(reference, result);
    return 'accepted';
  }
}

/** Identifies this login in this browser at the vendor. The reference cannot be guessed. */
function referenceOf(context: StepContext): string {
  return Buffer.from(context.secret(`reference ${context.returnUrl()}`)).toString('base64url');
}
