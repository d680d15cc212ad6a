import { Inject, Injectable, type Type } from '@nestjs/common';
import { Allow } from 'class-validator';
import { isJsonObject, type JsonObject } from '../../auth-redirect/json.js';
import { textIn } from '../../auth-redirect/locales/localized-text.js';
import type { StepView } from '../../auth-redirect/pages/step-view.js';
import type { FormValues } from '../../auth-redirect/steps/step-form.js';
import {
  completed,
  invalid,
  Step,
  type Completed,
  type Invalid,
  type StepContext,
} from '../../auth-redirect/steps/step.js';
import { validOptions } from '../../auth-redirect/validation/validate.js';
import { Fields, type FieldsForm, type FieldValue } from '../../fields/index.js';
import { PROFILE_OPTIONS, profileProblems, ProfileOptions } from './profile.options.js';

/** Size limit of the data, in bytes of JSON. The step session can hold about twice as much, in addition to the session token. */
const PROFILE_MAX_BYTES = 4096;

/**
 * Name of the button, and of the count in the data and the claim. No field can have this name, because field names have no capital letters.
 */
const NOT_NOW = 'notNow';

/**
 * Holds the data that the Action receives: every field of the configuration, null if the user left it empty. If the user chose “Not now”,
 * only `notNow`: the number of these choices.
 *
 * @publicApi
 */
export type ProfileData = Readonly<Record<string, FieldValue>>;

/**
 * Requires the user to fill in the configured fields. The session token's claim with the step's id, `profile` by default, has their first
 * values.
 *
 * @publicApi
 */
@Injectable()
export class ProfileStep extends Step<FieldsForm, ProfileData> {
  readonly id: string;
  readonly form: Type<FieldsForm>;
  readonly #options: ProfileOptions;
  readonly #fields: Fields;

  /** @throws AuthRedirectOptionsError with every problem. */
  constructor(@Inject(PROFILE_OPTIONS) options: ProfileOptions) {
    super();
    this.#options = validOptions('profile', ProfileOptions, options, profileProblems(options));
    this.id = this.#options.id ?? 'profile';
    this.#fields = new Fields(this.#options.fields);
    this.form = this.#fields.form;
    Allow()(this.form.prototype, NOT_NOW);
  }

  view(context: StepContext, posted?: FormValues): StepView {
    const { locale, t } = context;
    const { title, text } = this.#options;
    const { labels, model } = this.#fields.view(context, posted, this.#known(context));
    return {
      template: 'profile',
      title: title ? textIn(title, locale) : t('profile.title'),
      labels,
      actions: this.#timesLeft(context) > 0 ? [{ name: NOT_NOW, label: t('profile.notNow') }] : [],
      model: { ...model, text: text ? textIn(text, locale) : t('profile.text') },
    };
  }

  async submit(context: StepContext, form: FieldsForm): Promise<Completed<ProfileData> | Invalid<FieldsForm>> {
    if (form[NOT_NOW] === 'yes' && this.#timesLeft(context) > 0) return completed({ notNow: this.#times(context) + 1 });
    const result = await this.#fields.read(context, form);
    if (result.type === 'invalid') return result;
    const isTooLarge = Buffer.byteLength(JSON.stringify(result.values)) > PROFILE_MAX_BYTES;
    return isTooLarge ? invalid({}, context.t('step.tooLong')) : completed(result.values);
  }

  #known({ sessionToken }: StepContext): JsonObject {
    const claim = sessionToken.claims[this.id];
    return isJsonObject(claim) ? claim : {};
  }

  #timesLeft(context: StepContext): number {
    return (this.#options.notNow ?? 0) - this.#times(context);
  }

  /** Returns the number of “Not now” choices in earlier logins, which the Action has counted. */
  #times(context: StepContext): number {
    const { [NOT_NOW]: times } = this.#known(context);
    return typeof times === 'number' && times > 0 ? Math.floor(times) : 0;
  }
}
