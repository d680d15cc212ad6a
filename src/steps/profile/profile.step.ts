import { Inject, Injectable, type Type } from '@nestjs/common';
import { AuthRedirectOptionsError } from '../../auth-redirect/errors.js';
import { textIn } from '../../auth-redirect/locales/localized-text.js';
import {
  completed,
  invalid,
  Step,
  type Completed,
  type Invalid,
  type StepContext,
} from '../../auth-redirect/steps/step.js';
import type { StepView } from '../../auth-redirect/pages/step-view.js';
import { prefillOf } from './prefill.js';
import { fieldOf, type ProfileField } from './profile-field.js';
import { profileForm, type ProfileForm, type ProfileValue } from './profile.form.js';
import { PROFILE_OPTIONS, type ProfileOptions } from './profile.options.js';
import { profileProblems } from './profile.problems.js';
import { modelOf } from './profile.view.js';

/**
 * Most bytes of what the profile gives, as JSON in UTF-8. A step session has room for about twice as much, and holds the session
 * token besides.
 */
export const PROFILE_MAX_BYTES = 4096;

/** What the Action gets: every field of the configuration, null where it was left empty. */
export type ProfileData = Readonly<Record<string, ProfileValue>>;

/**
 * Fields of the configuration that are filled in, beginning with what the session token's `profile` claim knows.
 *
 * @publicApi
 */
@Injectable()
export class ProfileStep extends Step<ProfileForm, ProfileData> {
  readonly id = 'profile';
  readonly form: Type<ProfileForm>;
  readonly #fields: readonly ProfileField[];

  /** @throws AuthRedirectOptionsError with every problem at once. */
  constructor(@Inject(PROFILE_OPTIONS) private readonly options: ProfileOptions) {
    super();
    const problems = profileProblems(options);
    if (problems.length > 0) throw new AuthRedirectOptionsError(problems.map((problem) => `profile.${problem}`));
    this.#fields = options.fields.map((field) => fieldOf(field));
    this.form = profileForm(this.#fields);
  }

  view({ locale, t, sessionToken }: StepContext): StepView {
    const { title, text } = this.options;
    return {
      template: 'profile',
      title: title ? textIn(title, locale) : t('profile.title'),
      labels: Object.fromEntries(this.#fields.map(({ name, label }) => [name, textIn(label, locale)])),
      model: {
        text: text ? textIn(text, locale) : t('profile.text'),
        fields: this.#fields.map((field) =>
          modelOf(field, prefillOf(field, sessionToken.claims.profile), { locale, t }),
        ),
      },
    };
  }

  submit({ t }: StepContext, form: ProfileForm): Completed<ProfileData> | Invalid<ProfileForm> {
    const data: ProfileData = Object.fromEntries(
      this.#fields.map(({ name, type }) => [name, valueOf(type, form[name])]),
    );
    if (Buffer.byteLength(JSON.stringify(data)) > PROFILE_MAX_BYTES) return invalid({}, t('step.tooLong'));
    return completed(data);
  }
}

/** A field that is not posted was left empty; a checkbox is posted only where it is ticked. */
function valueOf(type: ProfileField['type'], value: ProfileValue | undefined): ProfileValue {
  return value ?? (type === 'checkbox' ? false : null);
}
