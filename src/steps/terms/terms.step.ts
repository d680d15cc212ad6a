import { Inject, Injectable } from '@nestjs/common';
import { Equals } from 'class-validator';
import { Clock } from '../../auth-redirect/clock.js';
import { textIn, type LocalizedText } from '../../auth-redirect/locales/localized-text.js';
import { completed, Step, type Completed, type StepContext } from '../../auth-redirect/steps/step.js';
import type { StepView } from '../../auth-redirect/pages/step-view.js';
import { TERMS_OPTIONS, type TermsOptions } from './terms.options.js';

/** The form of {@link TermsStep}. */
export class TermsForm {
  @Equals('yes', { message: 'terms.tick' })
  accepted!: string;
}

/** What the Action gets to know. */
export type AcceptedTerms = { readonly version: string; readonly acceptedAt: string; readonly locale: string };

/**
 * A versioned document that has to be accepted explicitly.
 *
 * @publicApi
 */
@Injectable()
export class TermsStep extends Step<TermsForm, AcceptedTerms> {
  readonly id = 'terms';
  readonly form = TermsForm;

  constructor(
    private readonly clock: Clock,
    @Inject(TERMS_OPTIONS) private readonly options: TermsOptions,
  ) {
    super();
  }

  view({ locale, t }: StepContext): StepView {
    const title = textIn(this.options.title, locale);
    const inLocale = (text: LocalizedText | undefined): string | null =>
      text === undefined ? null : textIn(text, locale);
    return {
      template: 'terms',
      title,
      model: {
        documentTitle: title,
        text: inLocale(this.options.text),
        url: inLocale(this.options.url),
        acceptLabel: t('terms.accept', { title }),
      },
    };
  }

  submit({ locale }: StepContext): Completed<AcceptedTerms> {
    const acceptedAt = new Date(this.clock.now()).toISOString();
    return completed({ version: this.options.version, acceptedAt, locale });
  }
}
