export { ACCOUNT_LINK_OPTIONS, AccountLinkOptions, type LinkConnection } from './account-link.options.js';
export { AccountLinkForm, AccountLinkStep, type LinkedAccount } from './account-link.step.js';
