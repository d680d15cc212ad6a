export type { SmsGatewayBody, SmsGatewayMethod, SmsGatewaySuccess } from './gateway-request.js';
export { SmsGatewayOptions, type SmsGatewayPreset } from './gateway.options.js';
export { SmsCodeForm } from './sms-code.form.js';
export {
  SMS_CODE_OPTIONS,
  SMS_MESSAGE_HOOK,
  smsCodeProblems,
  SmsCodeOptions,
  type SmsMessageEvent,
  type SmsMessageHook,
} from './sms-code.options.js';
export { SmsCodeStep, type VerifiedPhoneNumber } from './sms-code.step.js';
