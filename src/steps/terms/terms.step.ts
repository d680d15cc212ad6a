import { Inject, Injectable, type Type } from '@nestjs/common';
import { Clock } from '../../auth-redirect/clock.js';
import type { StepView } from '../../auth-redirect/pages/step-view.js';
import { completed, denied, invalid, Step, type StepContext, type StepResult } from '../../auth-redirect/steps/step.js';
import { validOptions } from '../../auth-redirect/validation/validate.js';
import { documentsOf, hashOf, versionOf, type TermsDocument } from './documents.js';
import { termsForm, type TermsForm } from './terms.form.js';
import { TERMS_OPTIONS, TermsOptions } from './terms.options.js';
import { declinePage, termsPage } from './terms.view.js';

/**
 * Holds the user's decision about a document.
 *
 * @publicApi
 */
export type AcceptedDocument = {
  readonly version: string;
  readonly accepted: boolean;
  /** Set for a document that the user may decline. */
  readonly optional?: true;
  /** SHA-256 of the text on the page (UTF-8), in hexadecimal. Absent for a document that the page only links to. */
  readonly sha256?: string;
};

/**
 * Holds the data that the Action receives.
 *
 * @publicApi
 */
export type AcceptedTerms = {
  /** Version of the document, or versions of the required documents: `terms=2026-11,privacy=3`. */
  readonly version: string;
  /** Time of the acceptance (ISO 8601). */
  readonly acceptedAt: string;
  /** Language of the page (RFC 5646). */
  readonly locale: string;
  /** Documents by id; a single document has the id `terms`. */
  readonly documents: Readonly<Record<string, AcceptedDocument>>;
};

/**
 * Requires the user to accept one or more documents.
 *
 * Denies the login with `terms_declined` if the user declines, and with `switch_account` if the user prefers another account.
 *
 * @publicApi
 */
@Injectable()
export class TermsStep extends Step<TermsForm, AcceptedTerms> {
  readonly id: string;
  readonly form: Type<TermsForm>;
  readonly #options: TermsOptions;
  readonly #documents: readonly TermsDocument[];

  /** Requests for the page about declining, until each of them renders it. */
  readonly #declining = new WeakSet<StepContext>();

  /** @throws AuthRedirectOptionsError with every problem. */
  constructor(
    private readonly clock: Clock,
    @Inject(TERMS_OPTIONS) options: TermsOptions,
  ) {
    super();
    this.#options = validOptions('terms', TermsOptions, options);
    this.id = this.#options.id ?? 'terms';
    this.#documents = documentsOf(this.#options);
    this.form = termsForm(this.#documents);
  }

  view(context: StepContext): StepView {
    if (this.#declining.delete(context)) return declinePage(context);
    return termsPage(context, this.#options, this.#documents);
  }

  submit(context: StepContext, form: TermsForm): StepResult<TermsForm, AcceptedTerms> {
    const { locale, t } = context;
    if (form.switchAccount === 'yes') return denied('switch_account', t('terms.switched'));
    if (form.declined === 'yes') return denied('terms_declined', t('terms.declined'));
    if (form.decline === 'yes') {
      this.#declining.add(context);
      return invalid({});
    }
    return completed({
      version: versionOf(this.#options, this.#documents),
      acceptedAt: new Date(this.clock.now()).toISOString(),
      locale,
      documents: Object.fromEntries(
        this.#documents.map((document) => [document.id, decisionOn(document, form, locale)]),
      ),
    });
  }
}

function decisionOn(document: TermsDocument, form: TermsForm, locale: string): AcceptedDocument {
  const sha256 = hashOf(document, locale);
  return {
    version: document.version,
    accepted: form[document.field] === 'yes',
    ...(!document.isRequired && { optional: true }),
    ...(sha256 !== undefined && { sha256 }),
  };
}
