import type { CompactVerifyGetKey } from 'jose';
import type { Clock } from '../../auth-redirect/clock.js';
import type { JsonObject } from '../../auth-redirect/json.js';
import type { FormValues } from '../../auth-redirect/steps/step-form.js';
import type { StepContext } from '../../auth-redirect/steps/step.js';
import { fittedClaims, type Verdict } from './answers/vendor-answer.js';
import type { TokenSettings } from './external.options.js';
import type { ReturnHandles } from './return-handles.js';
import { ReturnRefusal } from './return-refusal.js';
import { vendorKeys } from './vendor-keys.js';
import { verifyVendorToken } from './vendor-token.js';

/** Reads results that users return with, as tokens of the vendor. */
export class ReturnedTokens {
  readonly #keys: CompactVerifyGetKey;

  constructor(
    private readonly settings: TokenSettings,
    private readonly clock: Clock,
    private readonly handles: ReturnHandles,
  ) {
    this.#keys = vendorKeys(settings);
  }

  /**
   * Uses up the handle after all checks, so that the user can repeat a return that failed for a missing key. This also uses up the token:
   * it has only this handle, which no other login accepts.
   *
   * @throws ReturnRefusal
   */
  async read(
    values: FormValues,
    context: StepContext,
  ): Promise<{ readonly verdict: Verdict; readonly handle: string }> {
    const { accepted, claims, handleClaim, tokenParameter } = this.settings;
    const token = tokenIn(values, tokenParameter);
    const payload = await verifyVendorToken(token, this.settings, this.#keys, this.clock);
    const handleId = await this.handles.check(payload[handleClaim], context);
    const picked = fittedClaims(pickedFrom(payload, claims));
    await this.handles.use(handleId, context);
    const isAccepted = !accepted || accepted.values.some((value) => value === payload[accepted.claim]);
    return { verdict: { isAccepted, claims: picked }, handle: handleId };
  }
}

/** Requires exactly one token. With two, a proxy may log or check another one than this service. */
function tokenIn(values: FormValues, name: string): string {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === undefined || value === '') throw new ReturnRefusal('token_missing');
  if (typeof value !== 'string') throw new ReturnRefusal('token_repeated');
  return value;
}

function pickedFrom(payload: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, Object.hasOwn(payload, name) ? payload[name] : null]));
}
