import type { Clock } from '../../../auth-redirect/clock.js';
import { readTextFile } from '../../../auth-redirect/files.js';
import type { WebhookInbox, WebhookRequest } from '../../../auth-redirect/steps/step.js';
import { handleIn, verdictIn, type Verdict } from '../answers/vendor-answer.js';
import { ReturnRefusal } from '../return-refusal.js';
import { isSigned } from './signature.js';
import { SECRET_FILE_MAX_BYTES, type WebhookSettings } from './webhook.options.js';

export class VendorWebhook {
  readonly #secret: string;

  constructor(
    private readonly settings: WebhookSettings,
    private readonly clock: Clock,
  ) {
    const { secret, secretFile = '' } = settings;
    this.#secret = secret ?? readTextFile(secretFile, SECRET_FILE_MAX_BYTES);
  }

  /** Delivers a final result to its login. Accepts all other events of the vendor, so that it does not repeat them. */
  async receive(request: WebhookRequest, inbox: WebhookInbox): Promise<'accepted' | 'rejected'> {
    const { signature, tolerance } = this.settings;
    if (!isSigned(request, signature, this.#secret, this.clock.now() / 1000, tolerance)) {
      request.logger.warn('a webhook was rejected: signature_invalid');
      return 'rejected';
    }
    const event = parsed(request.body);
    const handle = handleIn(event, this.settings);
    const verdict = this.#verdictIn(event, request);
    if (handle === undefined || verdict === undefined) return 'accepted';
    const isExpected = await inbox.deliver(handle, verdict);
    request.logger.log(
      isExpected ? 'a webhook delivered a result' : 'a webhook delivered a result that no login expects',
    );
    return 'accepted';
  }

  #verdictIn(event: unknown, { logger }: WebhookRequest): Verdict | undefined {
    try {
      return verdictIn(event, this.settings);
    } catch (error) {
      if (!(error instanceof ReturnRefusal)) throw error;
      logger.error(`the result of a webhook was rejected: ${error.code}`);
      return undefined;
    }
  }
}

/** Returns undefined for a body that is not JSON. */
function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString());
  } catch {
    return undefined;
  }
}
