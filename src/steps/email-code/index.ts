export { EMAIL_CODE_OPTIONS, EmailCodeOptions } from './email-code.options.js';
export { EmailCodeForm, EmailCodeStep, type VerifiedEmail } from './email-code.step.js';
