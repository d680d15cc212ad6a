import { Inject, Injectable } from '@nestjs/common';
import type { CompactVerifyGetKey } from 'jose';
import { Clock } from '../../auth-redirect/clock.js';
import type { JsonObject, JsonValue } from '../../auth-redirect/json.js';
import { textIn } from '../../auth-redirect/locales/localized-text.js';
import type { StepView } from '../../auth-redirect/pages/step-view.js';
import { Randomness } from '../../auth-redirect/randomness.js';
import type { FormValues } from '../../auth-redirect/steps/step-form.js';
import {
  completed,
  denied,
  handOff,
  invalid,
  Step,
  type HandOff,
  type StepContext,
  type StepResult,
} from '../../auth-redirect/steps/step.js';
import { validOptions } from '../../auth-redirect/validation/validate.js';
import { EXTERNAL_OPTIONS, ExternalOptions, ExternalSettings } from './external.options.js';
import { ReturnHandles } from './return-handles.js';
import { ReturnRefusal, type ReturnRefusalCode } from './return-refusal.js';
import { vendorKeys } from './vendor-keys.js';
import { verifyVendorToken } from './vendor-token.js';

/**
 * Holds the posted form of {@link ExternalStep}: only a button, so no field.
 *
 * @publicApi
 */
export class ExternalForm {}

/**
 * Holds the data that the Action receives: the configured claims, and the time of the verification.
 *
 * @publicApi
 */
export type ExternalResult = { readonly [claim: string]: JsonValue; readonly verifiedAt: string };

type Result = StepResult<ExternalForm, ExternalResult>;

/** Refusals that only the operator can fix. */
const FAULTS: readonly ReturnRefusalCode[] = ['keys_unavailable', 'key_not_usable', 'claims_too_large'];

/** Size limit of the claims, in bytes of JSON. They travel in the step session's cookie and in the continue token. */
const CLAIMS_MAX_BYTES = 4096;

/**
 * Hands the user off to a vendor (an identity check, a payment), and passes claims of the vendor's signed answer to the Action.
 *
 * @publicApi
 */
@Injectable()
export class ExternalStep extends Step<ExternalForm, ExternalResult> {
  readonly id: string;
  readonly form = ExternalForm;
  readonly #settings: ExternalSettings;
  readonly #handles: ReturnHandles;
  readonly #keys: CompactVerifyGetKey;

  /** @throws AuthRedirectOptionsError with every problem of the options at once. */
  constructor(
    private readonly clock: Clock,
    randomness: Randomness,
    @Inject(EXTERNAL_OPTIONS) options: ExternalOptions,
  ) {
    super();
    this.#settings = validOptions('external', ExternalSettings, options);
    this.id = this.#settings.id ?? 'external';
    this.#handles = new ReturnHandles(clock, randomness);
    this.#keys = vendorKeys(this.#settings);
  }

  view(context: StepContext): StepView {
    const places = this.#places(context);
    return {
      template: 'external',
      title: places.vendor,
      submitLabel: context.t('external.button', places),
      model: { text: context.t('external.text', places) },
    };
  }

  async submit(context: StepContext): Promise<HandOff> {
    const { url, handleParameter, returnToParameter } = this.#settings;
    const parameters = new URLSearchParams([
      [handleParameter, await this.#handles.make(context)],
      [returnToParameter, context.returnUrl()],
    ]);
    return handOff(withQuery(url, parameters));
  }

  override async returned(context: StepContext, query: FormValues): Promise<Result> {
    if (Object.hasOwn(query, this.#settings.errorParameter)) return this.#unfinished(context);
    try {
      return await this.#accept(query, context);
    } catch (error) {
      if (error instanceof ReturnRefusal) return this.#notValid(error, context);
      throw error;
    }
  }

  /**
   * Uses the handle up after all checks, so that the user can repeat a return that failed because a key was missing. The token is
   * then used up too: it has no other handle, and the handle is worth nothing in another login.
   */
  async #accept(query: FormValues, context: StepContext): Promise<Result> {
    const { accepted, claims, handleClaim, tokenParameter } = this.#settings;
    const token = tokenIn(query, tokenParameter);
    const payload = await verifyVendorToken(token, this.#settings, this.#keys, this.clock);
    const handleId = await this.#handles.check(payload[handleClaim], context);
    const data = pickClaims(payload, claims);
    await this.#handles.use(handleId, context);
    if (!accepted || accepted.values.some((value) => value === payload[accepted.claim])) {
      return completed({ ...data, verifiedAt: new Date(this.clock.now()).toISOString() });
    }
    return denied('external_declined', context.t('external.declined', this.#places(context)));
  }

  #unfinished(context: StepContext): Result {
    context.logger.log('the user returned from the vendor without a result');
    return invalid({}, context.t('external.unfinished', this.#places(context)));
  }

  #notValid({ code }: ReturnRefusal, context: StepContext): Result {
    context.logger[FAULTS.includes(code) ? 'error' : 'warn'](`the return from the vendor was rejected: ${code}`);
    return invalid({}, context.t('external.notValid', this.#places(context)));
  }

  #places({ locale }: StepContext): { readonly vendor: string } {
    return { vendor: textIn(this.#settings.vendor, locale) };
  }
}

/** Keeps the address exactly as it is, and adds parameters. */
function withQuery(url: string, parameters: URLSearchParams): string {
  if (!url.includes('?')) return `${url}?${parameters.toString()}`;
  return `${url}${/[?&]$/.test(url) ? '' : '&'}${parameters.toString()}`;
}

/** Requires exactly one token. With two, a proxy may log or check another one than this service. */
function tokenIn(query: FormValues, name: string): string {
  const value = Object.hasOwn(query, name) ? query[name] : undefined;
  if (value === undefined || value === '') throw new ReturnRefusal('token_missing');
  if (typeof value !== 'string') throw new ReturnRefusal('token_repeated');
  return value;
}

/** @throws ReturnRefusal `claims_too_large` */
function pickClaims(payload: JsonObject, names: readonly string[]): Record<string, JsonValue> {
  const picked = names.map((name) => [name, Object.hasOwn(payload, name) ? payload[name] : null]);
  const json = JSON.stringify(Object.fromEntries(picked));
  if (Buffer.byteLength(json) > CLAIMS_MAX_BYTES) throw new ReturnRefusal('claims_too_large');
  // Numbers that JSON cannot represent after parsing, like 1e400, become null this way.
  const values: Record<string, JsonValue> = JSON.parse(json);
  return values;
}
