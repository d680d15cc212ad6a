import { Inject, Injectable, type Type } from '@nestjs/common';
import { isJsonObject } from '../../auth-redirect/json.js';
import { textIn } from '../../auth-redirect/locales/localized-text.js';
import type { StepView } from '../../auth-redirect/pages/step-view.js';
import {
  completed,
  invalid,
  Step,
  type Completed,
  type Invalid,
  type StepContext,
} from '../../auth-redirect/steps/step.js';
import { validOptions } from '../../auth-redirect/validation/validate.js';
import { FIELD_TYPES, type ProfileField, type ProfileValue } from './field-types.js';
import { profileForm, type ProfileForm } from './profile.form.js';
import { fieldOf, PROFILE_OPTIONS, profileProblems, ProfileOptions } from './profile.options.js';
import { modelOf } from './profile.view.js';

/** Size limit of the data, in bytes of JSON. The step session holds about twice as much, and the session token too. */
const PROFILE_MAX_BYTES = 4096;

/**
 * Holds the data that the Action receives: every field of the configuration, null if the user left it empty.
 *
 * @publicApi
 */
export type ProfileData = Readonly<Record<string, ProfileValue>>;

/**
 * Requests the fields of the configuration. The session token's `profile` claim fills them in at first.
 *
 * @publicApi
 */
@Injectable()
export class ProfileStep extends Step<ProfileForm, ProfileData> {
  readonly id: string;
  readonly form: Type<ProfileForm>;
  readonly #options: ProfileOptions;
  readonly #fields: readonly ProfileField[];

  /** @throws AuthRedirectOptionsError with every problem of the options at once. */
  constructor(@Inject(PROFILE_OPTIONS) options: ProfileOptions) {
    super();
    this.#options = validOptions('profile', ProfileOptions, options, profileProblems(options));
    this.id = this.#options.id ?? 'profile';
    this.#fields = this.#options.fields.map((field) => fieldOf(field));
    this.form = profileForm(this.#fields);
  }

  view({ locale, t, sessionToken }: StepContext): StepView {
    const { title, text } = this.#options;
    return {
      template: 'profile',
      title: title ? textIn(title, locale) : t('profile.title'),
      labels: Object.fromEntries(this.#fields.map(({ name, label }) => [name, textIn(label, locale)])),
      model: {
        text: text ? textIn(text, locale) : t('profile.text'),
        fields: this.#fields.map((field) => modelOf(field, prefillOf(field, sessionToken.claims.profile), locale, t)),
      },
    };
  }

  submit({ t }: StepContext, form: ProfileForm): Completed<ProfileData> | Invalid<ProfileForm> {
    const data: ProfileData = Object.fromEntries(
      this.#fields.map(({ name, type }) => [name, form[name] ?? FIELD_TYPES[type].empty ?? null]),
    );
    if (Buffer.byteLength(JSON.stringify(data)) > PROFILE_MAX_BYTES) return invalid({}, t('step.tooLong'));
    return completed(data);
  }
}

/**
 * Returns what a field holds before the user posts it. A value of the claim that does not fit the field is left out. The form
 * validates the rest like any posted value.
 *
 * @param profile The `profile` claim of the session token.
 */
function prefillOf(field: ProfileField, profile: unknown): string | boolean | null {
  if (!isJsonObject(profile) || !Object.hasOwn(profile, field.name)) return null;
  return FIELD_TYPES[field.type].prefill(profile[field.name], field);
}
