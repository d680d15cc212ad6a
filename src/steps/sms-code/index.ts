export type { SmsGatewayBody, SmsGatewayMethod, SmsGatewaySuccess } from './gateway-request.js';
export { SmsGatewayOptions, type SmsGatewayPreset } from './gateway.options.js';
export { SmsCodeForm } from './sms-code.form.js';
export { SMS_CODE_OPTIONS, smsCodeProblems, SmsCodeOptions, type SmsMessageEvent } from './sms-code.options.js';
export { SmsCodeStep, type VerifiedPhoneNumber } from './sms-code.step.js';
