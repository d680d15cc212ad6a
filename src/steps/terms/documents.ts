import { hash } from 'node:crypto';
import { optionsFrom } from '../../auth-redirect/validation/validate.js';
import { textIn, type LocalizedText } from '../../auth-redirect/locales/localized-text.js';
import { TermsDocumentOptions, type TermsOptions } from './terms.options.js';

const ONLY_ID = 'terms';

export interface TermsDocument {
  readonly id: string;
  /** Name of the checkbox. */
  readonly field: string;
  readonly title: LocalizedText;
  readonly version: string;
  readonly text?: LocalizedText | undefined;
  readonly url?: LocalizedText | undefined;
  readonly isRequired: boolean;
}

export function documentsOf({ title, version = '', text, url, documents }: TermsOptions): readonly TermsDocument[] {
  if (!documents) return [{ id: ONLY_ID, field: 'accepted', title, version, text, url, isRequired: true }];
  return documents.map((given) => {
    const { required, ...document } = optionsFrom(TermsDocumentOptions, given);
    return { ...document, field: `accepted-${document.id}`, isRequired: required !== false };
  });
}

/** Returns the version of the only document, or the versions of the required documents: `terms=2026-11,privacy=3`. */
export function versionOf({ version }: TermsOptions, documents: readonly TermsDocument[]): string {
  const required = documents.filter(({ isRequired }) => isRequired);
  return version ?? required.map((document) => `${document.id}=${document.version}`).join(',');
}

/** Returns the SHA-256 of the text on the page, as `sha256sum` prints it for the text in UTF-8. Undefined without a text. */
export function hashOf({ text }: TermsDocument, locale: string): string | undefined {
  return text === undefined ? undefined : hash('sha256', textIn(text, locale), 'hex');
}
