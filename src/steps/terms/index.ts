export { TERMS_OPTIONS, TermsOptions } from './terms.options.js';
export { TermsForm, TermsStep, type AcceptedTerms } from './terms.step.js';
