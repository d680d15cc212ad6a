export { EXTERNAL_OPTIONS, ExternalOptions, type AcceptedResult } from './external.options.js';
export { ExternalForm, ExternalStep, type ExternalResult } from './external.step.js';
export type { VendorAlgorithm } from './key-options.js';
