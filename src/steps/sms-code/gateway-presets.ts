import type { SmsGatewayRequest } from './gateway-request.js';

interface AccountOption {
  readonly pattern: RegExp;
  readonly example: string;
  /** Value of an unset option; may contain other options as placeholders. If empty, the form omits the entry. */
  readonly default?: string;
  /** Environment variable for an unset option. */
  readonly variable?: string;
}

interface AccountSecret {
  /** Environment variable for an unset secret. */
  readonly variable?: string;
  readonly isOptional?: boolean;
}

export interface GatewayPreset {
  readonly account: Readonly<Record<string, AccountOption>>;
  /** Exactly one of these options must be set. Default: no such rule. */
  readonly oneOf?: readonly string[];
  readonly secrets: Readonly<Record<string, AccountSecret>>;
  readonly baseUrl: string;
  readonly request: SmsGatewayRequest;
}

const SENDER = {
  pattern: /^(?:\+\d{5,15}|\d{3,15}|[A-Za-z0-9][A-Za-z0-9 ._-]{0,10})$/,
  example: '"+493012345678" or Example',
};

/** The gateways that need only the options of an account. docs/steps/sms-code.md names the source of each request. */
export const GATEWAY_PRESETS = {
  twilio: {
    account: {
      accountSid: { pattern: /^AC[0-9a-fA-F]{32}$/, example: 'AC and 32 hexadecimal digits' },
      apiKeySid: { pattern: /^SK[0-9a-fA-F]{32}$/, example: 'SK and 32 hexadecimal digits', default: '{{accountSid}}' },
      from: { ...SENDER, default: '' },
      messagingServiceSid: { pattern: /^MG[0-9a-fA-F]{32}$/, example: 'MG and 32 hexadecimal digits', default: '' },
    },
    oneOf: ['from', 'messagingServiceSid'],
    secrets: { authToken: {} },
    baseUrl: 'https://api.twilio.com',
    request: {
      url: '{{baseUrl}}/2010-04-01/Accounts/{{accountSid}}/Messages.json',
      basicAuth: { user: '{{apiKeySid}}', password: '{{secret.authToken}}' },
      body: {
        form: { To: '{{to}}', From: '{{from}}', MessagingServiceSid: '{{messagingServiceSid}}', Body: '{{text}}' },
      },
      success: { statuses: [201] },
    },
  },
  vonage: {
    account: { apiKey: { pattern: /^[0-9a-zA-Z]{6,40}$/, example: 'abcd1234' }, from: SENDER },
    secrets: { apiSecret: {} },
    baseUrl: 'https://api.nexmo.com',
    request: {
      url: '{{baseUrl}}/v1/messages',
      basicAuth: { user: '{{apiKey}}', password: '{{secret.apiSecret}}' },
      body: { json: { message_type: 'text', channel: 'sms', to: '{{toDigits}}', from: '{{from}}', text: '{{text}}' } },
      success: { statuses: [202] },
    },
  },
  'aws-sns': {
    account: { region: { pattern: /^[a-z]{2}(?:-[a-z]+)+-\d$/, example: 'eu-central-1', variable: 'AWS_REGION' } },
    secrets: {
      accessKeyId: { variable: 'AWS_ACCESS_KEY_ID' },
      secretAccessKey: { variable: 'AWS_SECRET_ACCESS_KEY' },
      sessionToken: { variable: 'AWS_SESSION_TOKEN', isOptional: true },
    },
    baseUrl: 'https://sns.{{region}}.amazonaws.com',
    request: {
      url: '{{baseUrl}}/',
      body: {
        form: {
          Action: 'Publish',
          Version: '2010-03-31',
          PhoneNumber: '{{to}}',
          Message: '{{text}}',
          'MessageAttributes.entry.1.Name': 'AWS.SNS.SMS.SMSType',
          'MessageAttributes.entry.1.Value.DataType': 'String',
          'MessageAttributes.entry.1.Value.StringValue': 'Transactional',
        },
      },
      awsSignature: { service: 'sns', region: '{{region}}' },
      success: { statuses: [200] },
    },
  },
  messagebird: {
    account: { from: SENDER },
    secrets: { accessKey: {} },
    baseUrl: 'https://rest.messagebird.com',
    request: {
      url: '{{baseUrl}}/messages',
      headers: { authorization: 'AccessKey {{secret.accessKey}}' },
      body: { json: { originator: '{{from}}', recipients: ['{{toDigits}}'], body: '{{text}}', datacoding: 'auto' } },
      success: { statuses: [201] },
    },
  },
} as const satisfies Readonly<Record<string, GatewayPreset>>;
