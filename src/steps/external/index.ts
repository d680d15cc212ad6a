export { EXTERNAL_OPTIONS, ExternalOptions, externalProblems, type AcceptedResult } from './external.options.js';
export { ExternalForm, ExternalStep, type ExternalResult } from './external.step.js';
export type { VendorAlgorithm } from './key-options.js';
export { VendorAnswerOptions } from './answers/vendor-answer.options.js';
export { ResultOptions, StartOptions } from './requests/vendor-request.options.js';
export type { ListedScheme, SignatureScheme } from './webhook/signature.js';
export { WebhookOptions } from './webhook/webhook.options.js';
