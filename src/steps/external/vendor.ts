import type { Clock } from '../../auth-redirect/clock.js';
import type { StepContext, WebhookInbox, WebhookRequest } from '../../auth-redirect/steps/step.js';
import { HttpClient } from '../../http-client/index.js';
import type { Verdict } from './answers/vendor-answer.js';
import type { ExternalSettings, TokenSettings } from './external.options.js';
import type { OpenHandOff } from './hand-offs.js';
import { ResultSettings } from './requests/vendor-request.options.js';
import { VendorResults } from './requests/vendor-results.js';
import { VendorSessions, type VendorSession } from './requests/vendor-sessions.js';
import type { ReturnHandles } from './return-handles.js';
import { ReturnedTokens } from './returned-tokens.js';
import { VendorWebhook } from './webhook/vendor-webhook.js';
import { WebhookSettings } from './webhook/webhook.options.js';

/** Provides the vendor's address for users, and the results. */
export interface Vendor {
  /** Set if users return with the result. */
  readonly token?: ReturnedTokens;
  /** Set if the vendor sends the result. */
  readonly webhook?: { receive(request: WebhookRequest, inbox: WebhookInbox): Promise<'accepted' | 'rejected'> };
  /**
   * Returns the vendor's address for the user.
   *
   * @throws ReturnRefusal
   */
  addressFor(handle: string, context: StepContext): Promise<VendorSession>;
  /**
   * Returns the result of a hand-off; undefined if there is none yet.
   *
   * @param isBack Whether the user is back. Before the return, the vendor receives no request.
   * @throws ReturnRefusal
   */
  verdictOf(handedOff: OpenHandOff, isBack: boolean, context: StepContext): Promise<Verdict | undefined>;
}

export function createVendor(settings: ExternalSettings, clock: Clock, handles: ReturnHandles): Vendor {
  const { start, result, webhook, http } = settings;
  const client = new HttpClient(http);
  const sessions = start && new VendorSessions(client, start);
  const results = result instanceof ResultSettings ? new VendorResults(client, result) : undefined;
  return {
    ...(isForToken(settings) && { token: new ReturnedTokens(settings, clock, handles) }),
    ...(webhook instanceof WebhookSettings && { webhook: new VendorWebhook(webhook, clock) }),
    addressFor: async (handle, context) =>
      sessions?.create(handle, context) ?? { url: addressIn(settings, handle, context) },
    verdictOf: async (handedOff, isBack, context) => {
      if (results) return isBack ? results.read(handedOff, context) : undefined;
      return deliveredVerdict(handedOff, context);
    },
  };
}

/** Reads the verdict that {@link VendorWebhook} delivered. */
async function deliveredVerdict({ handle }: OpenHandOff, { inbox }: StepContext): Promise<Verdict | undefined> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Only this step delivers to its inbox, which is sealed.
  return (await inbox.read(handle)) as Verdict | undefined;
}

function isForToken(settings: ExternalSettings): settings is TokenSettings {
  return settings.result === undefined && settings.webhook === undefined;
}

/** Keeps the configured address exactly as it is, and adds parameters. */
function addressIn(settings: ExternalSettings, handle: string, context: StepContext): string {
  const { url = '', handleParameter, returnToParameter } = settings;
  const parameters = new URLSearchParams([
    [handleParameter, handle],
    [returnToParameter, context.returnUrl()],
  ]);
  if (!url.includes('?')) return `${url}?${parameters.toString()}`;
  return `${url}${/[?&]$/.test(url) ? '' : '&'}${parameters.toString()}`;
}
