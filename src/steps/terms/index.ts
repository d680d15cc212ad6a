export { TERMS_OPTIONS, TermsDocumentOptions, TermsOptions } from './terms.options.js';
export { TermsForm } from './terms.form.js';
export { TermsStep, type AcceptedDocument, type AcceptedTerms } from './terms.step.js';
