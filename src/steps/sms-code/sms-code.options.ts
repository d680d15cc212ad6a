import { IsBoolean } from 'class-validator';
import { isJsonObject } from '../../auth-redirect/json.js';
import type { LocalizedText } from '../../auth-redirect/locales/localized-text.js';
import { findStepIdProblem, findWholeNumberProblem } from '../../auth-redirect/validation/problems.js';
import { optionProblems } from '../../auth-redirect/validation/validate.js';
import { IfSet, localizedText, validateWith } from '../../auth-redirect/validation/validators.js';
import { findCountriesProblem } from '../../fields/countries.js';
import { SmsGatewayOptions } from './gateway.options.js';

/**
 * Identifies the {@link SmsCodeOptions} for injection.
 *
 * @publicApi
 */
export const SMS_CODE_OPTIONS = Symbol.for('nestjs-auth-redirect:sms-code-options');

/**
 * Identifies the {@link SmsMessageHook} for injection. Optional.
 *
 * @publicApi
 */
export const SMS_MESSAGE_HOOK = Symbol.for('nestjs-auth-redirect:sms-message-hook');

/** Longest product name with which the text fits into one message in all languages. */
export const PRODUCT_MAX_LENGTH = 20;

const PER_COUNTRY_MAX = 100_000;

/**
 * Reports a sent message, or the reason for not sending it. Contains no user data.
 *
 * @publicApi
 */
export interface SmsMessageEvent {
  readonly tenant: string;
  /** Id of the step. */
  readonly step: string;
  /** The number's country, if `countries` contains it; otherwise `other`. */
  readonly country: string;
  /**
   * `sent`; `failed`: the gateway did not accept the message; `limit_login`, `limit_user`, `limit_number`, `limit_country`: the limit is
   * reached; `refused_country`: `countries` lacks the country; `refused_type`: the number is of an expensive type.
   */
  readonly outcome: 'sent' | 'failed' | `limit_${string}` | 'refused_country' | 'refused_type';
}

/**
 * Receives an event for each sent or refused message, for metrics.
 *
 * @publicApi
 */
export type SmsMessageHook = (event: SmsMessageEvent) => void;

/**
 * Configures {@link SmsCodeStep}: the gateway, and the allowed countries.
 *
 * @publicApi
 */
export class SmsCodeOptions {
  /** Id of the step: a-z, 0-9 and -, up to 40 characters. Default: `sms-code`. */
  @IfSet(findStepIdProblem)
  id?: string;

  /** Gateway that sends the messages. */
  @validateWith('isGateway', (value) =>
    isJsonObject(value) ? undefined : 'is missing: the gateway, with preset or url',
  )
  gateway!: SmsGatewayOptions;

  /** Countries that may receive messages, like `[DE, AT]` (ISO 3166-1). Fewer countries limit fraud. */
  @validateWith('isListOfCountries', findCountriesProblem)
  countries!: readonly string[];

  /** Messages to each country per hour, for all users of the tenant, 1 to 100,000. Default: 100. */
  @validateWith('isLimit', (value) => findWholeNumberProblem(value, 1, PER_COUNTRY_MAX))
  perCountryPerHour?: number = 100;

  /** Name of the product, at the beginning of the message: up to 20 characters. Default: none. */
  @IfSet(localizedText(findProductProblem))
  product?: LocalizedText;

  /**
   * Whether users can replace the session token's number, or enter a missing one. The data then contains `enteredByUser`, which the Action
   * must check: a password thief could enter their own number. Default: false.
   */
  @IsBoolean({ message: 'is neither true nor false' })
  editableNumber?: boolean = false;
}

/** The type of {@link SmsCodeOptions} with their defaults. */
export class SmsCodeSettings extends SmsCodeOptions {
  declare perCountryPerHour: number;
  declare editableNumber: boolean;
}

/**
 * Returns all problems of the options, and of those of the gateway.
 *
 * @param given The configured options, of any class.
 * @returns One line for each problem, with its path: `gateway.url has a placeholder in its host`.
 * @publicApi
 */
export function smsCodeProblems(given: object): string[] {
  const gateway: unknown = Reflect.get(given, 'gateway');
  const ofGateway = isJsonObject(gateway) ? optionProblems(SmsGatewayOptions, gateway) : [];
  return [...optionProblems(SmsCodeOptions, given), ...ofGateway.map((problem) => `gateway.${problem}`)];
}

function findProductProblem(text: string): string | undefined {
  if (text.trim() === '' || /\p{Control}/u.test(text)) return 'is not one line of text';
  return text.length > PRODUCT_MAX_LENGTH ? `has over ${PRODUCT_MAX_LENGTH} characters` : undefined;
}
