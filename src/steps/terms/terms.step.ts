import { Inject, Injectable } from '@nestjs/common';
import { Equals } from 'class-validator';
import { Clock } from '../../auth-redirect/clock.js';
import { textIn } from '../../auth-redirect/locales/localized-text.js';
import type { StepView } from '../../auth-redirect/pages/step-view.js';
import { completed, Step, type Completed, type StepContext } from '../../auth-redirect/steps/step.js';
import { validOptions } from '../../auth-redirect/validation/validate.js';
import { TERMS_OPTIONS, TermsOptions } from './terms.options.js';

/**
 * Holds the posted form of {@link TermsStep}.
 *
 * @publicApi
 */
export class TermsForm {
  @Equals('yes', { message: 'terms.tick' })
  accepted!: string;
}

/**
 * Holds the data that the Action receives.
 *
 * @publicApi
 */
export type AcceptedTerms = { readonly version: string; readonly acceptedAt: string; readonly locale: string };

/**
 * Requires the user to accept one version of a document.
 *
 * @publicApi
 */
@Injectable()
export class TermsStep extends Step<TermsForm, AcceptedTerms> {
  readonly id: string;
  readonly form = TermsForm;
  readonly #options: TermsOptions;

  /** @throws AuthRedirectOptionsError with every problem of the options at once. */
  constructor(
    private readonly clock: Clock,
    @Inject(TERMS_OPTIONS) options: TermsOptions,
  ) {
    super();
    this.#options = validOptions('terms', TermsOptions, options);
    this.id = this.#options.id ?? 'terms';
  }

  view({ locale, t }: StepContext): StepView {
    const { title, text, url } = this.#options;
    const documentTitle = textIn(title, locale);
    return {
      template: 'terms',
      title: documentTitle,
      model: {
        documentTitle,
        text: text === undefined ? null : textIn(text, locale),
        url: url === undefined ? null : textIn(url, locale),
        acceptLabel: t('terms.accept', { title: documentTitle }),
      },
    };
  }

  submit({ locale }: StepContext): Completed<AcceptedTerms> {
    const acceptedAt = new Date(this.clock.now()).toISOString();
    return completed({ version: this.#options.version, acceptedAt, locale });
  }
}
