import { Inject, Injectable } from '@nestjs/common';
import { IsOptional } from 'class-validator';
import { Clock } from '../../auth-redirect/clock.js';
import type { JsonValue } from '../../auth-redirect/json.js';
import { textIn } from '../../auth-redirect/locales/localized-text.js';
import type { StepView } from '../../auth-redirect/pages/step-view.js';
import { Randomness } from '../../auth-redirect/randomness.js';
import type { FormValues } from '../../auth-redirect/steps/step-form.js';
import {
  completed,
  denied,
  handOff,
  invalid,
  pending,
  Step,
  type StepContext,
  type StepResult,
} from '../../auth-redirect/steps/step.js';
import { validOptions } from '../../auth-redirect/validation/validate.js';
import type { Verdict } from './answers/vendor-answer.js';
import {
  EXTERNAL_OPTIONS,
  ExternalOptions,
  externalProblems,
  ExternalSettings,
  withSectionDefaults,
} from './external.options.js';
import { declinedView, startView, waitingView, type Places } from './external.view.js';
import { HandOffs, type OpenHandOff } from './hand-offs.js';
import { ReturnHandles } from './return-handles.js';
import { ReturnRefusal, type ReturnRefusalCode } from './return-refusal.js';
import { createVendor, type Vendor } from './vendor.js';

/**
 * Holds the posted form of {@link ExternalStep}: only buttons.
 *
 * @publicApi
 */
export class ExternalForm {
  /** Set if a declined user chose another way. */
  @IsOptional()
  alternative?: unknown;

  /** Set if a declined user ended the sign-in. */
  @IsOptional()
  end?: unknown;
}

/**
 * Holds the data that the Action receives: the configured claims, and the time of the verification. After a declined user chose
 * another way, it is `{ declined: true, alternative: 'chosen' }`.
 *
 * @publicApi
 */
export type ExternalResult =
  | { readonly [claim: string]: JsonValue; readonly verifiedAt: string }
  | { readonly declined: true; readonly alternative: 'chosen' };

type Result = StepResult<ExternalForm, ExternalResult>;

/** Refusals that only the operator or the vendor can fix. */
const FAULTS: readonly ReturnRefusalCode[] = [
  'keys_unavailable',
  'key_not_usable',
  'claims_too_large',
  'result_failed',
  'start_failed',
  'address_not_allowed',
  'session_not_usable',
];

/**
 * Hands the user off to a vendor (an identity check, a payment), and passes claims of the vendor's result to the Action.
 *
 * @publicApi
 */
@Injectable()
export class ExternalStep extends Step<ExternalForm, ExternalResult> {
  readonly id: string;
  readonly form = ExternalForm;
  override readonly returnMethod: 'GET' | 'POST';
  /** Set unless users return with the result. */
  override readonly resume?: (context: StepContext) => Promise<Result>;
  /** Set with the option `webhook`. */
  override readonly webhook?: NonNullable<Step['webhook']>;
  readonly #settings: ExternalSettings;
  readonly #handles: ReturnHandles;
  readonly #handOffs: HandOffs;
  readonly #vendor: Vendor;

  /** @throws AuthRedirectOptionsError with every problem. */
  constructor(
    private readonly clock: Clock,
    randomness: Randomness,
    @Inject(EXTERNAL_OPTIONS) options: ExternalOptions,
  ) {
    super();
    const problems = externalProblems(options);
    this.#settings = withSectionDefaults(validOptions('external', ExternalSettings, options, problems));
    this.id = this.#settings.id ?? 'external';
    this.returnMethod = this.#settings.returnMethod;
    this.#handles = new ReturnHandles(clock, randomness);
    this.#handOffs = new HandOffs(clock);
    this.#vendor = createVendor(this.#settings, clock, this.#handles);
    if (!this.#vendor.token) this.resume = async (context) => this.#resume(context);
    const { webhook } = this.#vendor;
    if (webhook) this.webhook = async (request, inbox) => webhook.receive(request, inbox);
  }

  async view(context: StepContext): Promise<StepView> {
    const places = this.#places(context);
    const open = await this.#open(context);
    const waited = await this.#handOffs.waited(open, context);
    if (waited !== undefined) return waitingView(context, places, waited);
    const declines = await this.#handOffs.declines(context);
    if (declines === 0) return startView(context, places);
    const { attempts, alternative: hasAlternative } = this.#settings;
    return declinedView(context, places, { canRetry: declines < attempts, hasAlternative });
  }

  async submit(context: StepContext, { alternative, end }: ExternalForm): Promise<Result> {
    const declines = await this.#handOffs.declines(context);
    if (declines > 0 && end !== undefined) return this.#declined(context);
    if (declines > 0 && alternative !== undefined && this.#settings.alternative) {
      return completed({ declined: true, alternative: 'chosen' });
    }
    if (declines < this.#settings.attempts) return this.#handOff(context);
    return this.#settings.alternative ? pending() : this.#declined(context);
  }

  override async returned(context: StepContext, values: FormValues): Promise<Result> {
    if (Object.hasOwn(values, this.#settings.errorParameter)) return this.#unfinished(context);
    if (!this.#vendor.token) {
      await this.#handOffs.returned(await this.#open(context), context);
      return this.#resume(context);
    }
    try {
      const { verdict, handle } = await this.#vendor.token.read(values, context);
      return await this.#concluded(verdict, handle, context);
    } catch (error) {
      return this.#rejected(error, context);
    }
  }

  async #handOff(context: StepContext): Promise<Result> {
    const isRemembered = !this.#vendor.token;
    const isLimited = isRemembered || this.#settings.start !== undefined;
    if (isLimited && !(await this.#handOffs.count(context))) return this.#declined(context);
    const handle = await this.#handles.make(context);
    try {
      // Must happen before the vendor receives the handle.
      if (this.#vendor.webhook) await context.inbox.expect(handle);
      const { url, session } = await this.#vendor.addressFor(handle, context);
      if (isRemembered) await this.#handOffs.add({ handle, ...(session !== undefined && { session }) }, context);
      return handOff(url);
    } catch (error) {
      return this.#rejected(error, context, 'external.unavailable');
    }
  }

  /** Looks for results of hand-offs without a result. */
  async #resume(context: StepContext): Promise<Result> {
    const open = await this.#open(context);
    const isBack = (await this.#handOffs.waited(open, context)) !== undefined;
    for (const each of open) {
      try {
        const verdict = await this.#vendor.verdictOf(each, isBack, context);
        if (verdict) return await this.#concludedFor(each, verdict, context);
      } catch (error) {
        const result = await this.#failed(error, each, context);
        if (result) return result;
      }
    }
    return pending();
  }

  /** Ends a declined hand-off last, so that an earlier crash loses nothing. An accepted hand-off ends with its step. */
  async #concludedFor(handedOff: OpenHandOff, verdict: Verdict, context: StepContext): Promise<Result> {
    const result = await this.#concluded(verdict, handedOff.handle, context);
    if (!verdict.isAccepted) await this.#handOffs.end(handedOff, context);
    return result;
  }

  /** Keeps the hand-off open if the vendor does not answer now. Any other refusal ends it. */
  async #failed(error: unknown, handedOff: OpenHandOff, context: StepContext): Promise<Result | undefined> {
    const result = this.#rejected(error, context);
    if (error instanceof ReturnRefusal && error.code === 'result_failed') return undefined;
    await this.#handOffs.end(handedOff, context);
    return result;
  }

  async #open(context: StepContext): Promise<OpenHandOff[]> {
    return this.#vendor.token ? [] : this.#handOffs.open(context);
  }

  async #concluded({ isAccepted, claims }: Verdict, handle: string, context: StepContext): Promise<Result> {
    if (isAccepted) return completed({ ...claims, verifiedAt: new Date(this.clock.now()).toISOString() });
    const { attempts, alternative } = this.#settings;
    const declines = await this.#handOffs.decline(handle, context);
    return declines < attempts || alternative ? pending() : this.#declined(context);
  }

  #declined(context: StepContext): Result {
    return denied('external_declined', context.t('external.declined', this.#places(context)));
  }

  #unfinished(context: StepContext): Result {
    context.logger.log('the user returned from the vendor without a result');
    return invalid({}, context.t('external.unfinished', this.#places(context)));
  }

  /** @throws the error, unless it is a refusal. */
  #rejected(error: unknown, context: StepContext, text = 'external.notValid'): Result {
    if (!(error instanceof ReturnRefusal)) throw error;
    const { code, detail } = error;
    const what = text === 'external.notValid' ? 'the return from the vendor was rejected' : 'the hand-off failed';
    context.logger[FAULTS.includes(code) ? 'error' : 'warn'](
      `${what}: ${code}${detail === undefined ? '' : ` (${detail})`}`,
    );
    return invalid({}, context.t(text, this.#places(context)));
  }

  #places({ locale }: StepContext): Places {
    return { vendor: textIn(this.#settings.vendor, locale) };
  }
}
