import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../auth-redirect/clock.js';
import { textIn } from '../../auth-redirect/locales/localized-text.js';
import { Randomness } from '../../auth-redirect/randomness.js';
import type { FormValues } from '../../auth-redirect/steps/step-form.js';
import {
  completed,
  denied,
  handOff,
  invalid,
  Step,
  type Completed,
  type Denied,
  type HandOff,
  type Invalid,
  type StepContext,
  type StepResult,
} from '../../auth-redirect/steps/step.js';
import type { StepView } from '../../auth-redirect/pages/step-view.js';
import type { JsonValue } from '../../auth-redirect/json.js';
import { settingsOf, type ExternalSettings } from './external-settings.js';
import { EXTERNAL_OPTIONS, type ExternalOptions } from './external.options.js';
import { handOffUrl } from './hand-off-url.js';
import { ReturnHandles } from './return-handles.js';
import { ReturnRefusal, type ReturnRefusalCode } from './return-refusal.js';
import { VendorReturns, type VendorAnswer } from './vendor-returns.js';

/** The form of {@link ExternalStep}: a button alone. */
export class ExternalForm {}

/** What the Action gets to know: the configured claims, and when they were verified. */
export type ExternalResult = { readonly [claim: string]: JsonValue; readonly verifiedAt: string };

/** What nobody but the operator can put right. */
const FAULTS: readonly ReturnRefusalCode[] = ['keys_unavailable', 'key_not_usable', 'claims_too_large'];

/**
 * A vendor that the user is handed off to (an identity check, a payment), and whose signed answer the Action gets.
 *
 * For a second vendor extend it, with another `id` and other options.
 *
 * @publicApi
 */
@Injectable()
export class ExternalStep extends Step<ExternalForm, ExternalResult> {
  readonly id: string = 'external';
  readonly form = ExternalForm;
  readonly #settings: ExternalSettings;
  readonly #handles: ReturnHandles;
  readonly #returns: VendorReturns;

  /** @throws AuthRedirectOptionsError with every problem of the options at once. */
  constructor(
    private readonly clock: Clock,
    randomness: Randomness,
    @Inject(EXTERNAL_OPTIONS) options: ExternalOptions,
  ) {
    super();
    this.#settings = settingsOf(options);
    this.#handles = new ReturnHandles(clock, randomness);
    this.#returns = new VendorReturns(this.#settings, this.#handles, clock);
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
    const handle = await this.#handles.make(context);
    return handOff(handOffUrl(this.#settings, handle, context.returnUrl()));
  }

  override async returned(context: StepContext, query: FormValues): Promise<StepResult<ExternalForm, ExternalResult>> {
    if (Object.hasOwn(query, this.#settings.errorParameter)) return this.#unfinished(context);
    try {
      return this.#resultOf(await this.#returns.take(query, context), context);
    } catch (error) {
      if (error instanceof ReturnRefusal) return this.#notValid(error, context);
      throw error;
    }
  }

  #resultOf({ isAccepted, claims }: VendorAnswer, context: StepContext): Completed<ExternalResult> | Denied {
    if (!isAccepted) return denied('external_declined', context.t('external.declined', this.#places(context)));
    return completed({ ...claims, verifiedAt: new Date(this.clock.now()).toISOString() });
  }

  #unfinished(context: StepContext): Invalid<ExternalForm> {
    context.logger.log('the vendor sent the user back unfinished');
    return invalid({}, context.t('external.unfinished', this.#places(context)));
  }

  #notValid({ code }: ReturnRefusal, context: StepContext): Invalid<ExternalForm> {
    context.logger[FAULTS.includes(code) ? 'error' : 'warn'](`the return from the vendor is not taken: ${code}`);
    return invalid({}, context.t('external.notValid', this.#places(context)));
  }

  #places({ locale }: StepContext): { readonly vendor: string } {
    return { vendor: textIn(this.#settings.vendor, locale) };
  }
}
