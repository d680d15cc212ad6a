import { textIn, type LocalizedText } from '../../auth-redirect/locales/localized-text.js';
import type { StepView } from '../../auth-redirect/pages/step-view.js';
import type { StepContext } from '../../auth-redirect/steps/step.js';
import type { TermsDocument } from './documents.js';
import type { TermsOptions } from './terms.options.js';

/** Marks the place of a title in a translated text. The page isolates it, because its direction may differ. */
const PLACE = '\u0000';

export function termsPage(
  { locale, t }: StepContext,
  { title, text, documents: several }: TermsOptions,
  documents: readonly TermsDocument[],
): StepView {
  const isOnly = several === undefined;
  return {
    template: 'terms',
    title: textIn(title, locale),
    labels: isOnly
      ? {}
      : Object.fromEntries(documents.map((document) => [document.field, textIn(document.title, locale)])),
    actions: [{ name: 'decline', label: t('terms.decline') }],
    model: {
      introduction: isOnly ? null : textOrNull(text, locale),
      documents: documents.map((document) => ({
        field: document.field,
        title: textIn(document.title, locale),
        hasHeading: !isOnly && document.text !== undefined,
        text: textOrNull(document.text, locale),
        url: textOrNull(document.url, locale),
        link: around(t('terms.read', { title: PLACE })),
        label: around(t(document.isRequired ? 'terms.accept' : 'terms.optional', { title: PLACE })),
        isRequired: document.isRequired,
      })),
    },
  };
}

export function declinePage({ t }: StepContext): StepView {
  return {
    template: 'terms-declined',
    title: t('terms.declineTitle'),
    model: {
      text: t('terms.declineText'),
      backLabel: t('terms.back'),
      declineLabel: t('terms.endSignIn'),
      switchLabel: t('terms.switchAccount'),
    },
  };
}

function textOrNull(text: LocalizedText | undefined, locale: string): string | null {
  return text === undefined ? null : textIn(text, locale);
}

function around(text: string): { readonly before: string; readonly after: string } {
  const [before = '', after = ''] = text.split(PLACE);
  return { before, after };
}
