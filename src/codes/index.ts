export type { CodeCheck } from './code.js';
export { CODE_LINE_MAX, codeIn } from './code-line.js';
export type { CodeDelivery, TenantLimit } from './delivery.js';
export type { CodeLimits } from './limits.js';
export { OneTimeCodes, type CodeDeliveryOptions, type CodeMessage } from './one-time-codes.js';
export type { CodeRecipient } from './recipient.js';
