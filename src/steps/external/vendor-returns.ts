import type { Clock } from '../../auth-redirect/clock.js';
import type { JsonObject } from '../../auth-redirect/json.js';
import type { FormValues } from '../../auth-redirect/steps/step-form.js';
import type { StepContext } from '../../auth-redirect/steps/step.js';
import type { JsonValue } from '../../auth-redirect/json.js';
import { checkTokenParameter } from './checks/check-token-parameter.js';
import type { ExternalSettings } from './external-settings.js';
import { pickClaims } from './picked-claims.js';
import type { ReturnHandles } from './return-handles.js';
import { VendorTokens } from './vendor-tokens.js';

/** What the vendor says of one hand-off. */
export interface VendorAnswer {
  readonly isAccepted: boolean;
  readonly claims: Readonly<Record<string, JsonValue>>;
}

/** Takes users back from the vendor: each hand-off once. */
export class VendorReturns {
  readonly #tokens: VendorTokens;

  constructor(
    private readonly settings: ExternalSettings,
    private readonly handles: ReturnHandles,
    clock: Clock,
  ) {
    this.#tokens = new VendorTokens(settings, clock);
  }

  /**
   * Every check, in order. The handle is used up last, so that a return that fails for want of a key can be made again. With the
   * handle the vendor's token is used up, too: it holds no other, and no other login knows the handle.
   *
   * @throws ReturnRefusal, and what the step's memory throws.
   */
  async take(query: FormValues, context: StepContext): Promise<VendorAnswer> {
    const compact = checkTokenParameter(query, this.settings.tokenParameter);
    const payload = await this.#tokens.verify(compact);
    const handleId = await this.handles.check(payload[this.settings.handleClaim], context);
    const claims = pickClaims(payload, this.settings.claims);
    await this.handles.use(handleId, context);
    return { isAccepted: this.#isAccepted(payload), claims };
  }

  #isAccepted(payload: JsonObject): boolean {
    const { accepted } = this.settings;
    return !accepted || accepted.values.some((value) => value === payload[accepted.claim]);
  }
}
