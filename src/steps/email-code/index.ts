export { EmailCodeForm } from './email-code.form.js';
export { EMAIL_CODE_OPTIONS, EmailCodeOptions } from './email-code.options.js';
export { EmailCodeStep, type VerifiedEmail } from './email-code.step.js';
