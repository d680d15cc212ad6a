import type { JsonValue } from '../../auth-redirect/json.js';

export const METHODS = ['POST', 'PUT', 'GET'] as const;

/**
 * Names the method of a request: `POST`, `PUT` or `GET`.
 *
 * @publicApi
 */
export type SmsGatewayMethod = (typeof METHODS)[number];

/**
 * Describes the body of a request. Its texts may contain placeholders, whose values are escaped for the format.
 *
 * @publicApi
 */
export type SmsGatewayBody =
  /** A JSON value, sent as `application/json`. */
  | { readonly json: JsonValue }
  /** Form fields, sent as `application/x-www-form-urlencoded`, without entries whose value is empty. */
  | { readonly form: Readonly<Record<string, string>> }
  /** A text, sent as `text/plain` unless a header names another type. Nothing is escaped. */
  | { readonly text: string };

/**
 * Describes the answer of a gateway that accepted the message.
 *
 * @publicApi
 */
export interface SmsGatewaySuccess {
  /** Statuses of an accepted message. Default: 200 to 299. */
  readonly statuses?: readonly number[];
  /** Path of a value in the JSON answer, like `messages.0.status`, and its accepted values. Default: the step ignores the body. */
  readonly json?: { readonly path: string; readonly values: readonly (string | number | boolean)[] };
}

export interface SmsGatewayRequest {
  readonly method?: SmsGatewayMethod;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly basicAuth?: { readonly user: string; readonly password: string };
  readonly body?: SmsGatewayBody;
  readonly success?: SmsGatewaySuccess;
  /** Signs with AWS Signature Version 4, and the secrets `accessKeyId`, `secretAccessKey` and `sessionToken`. */
  readonly awsSignature?: { readonly service: string; readonly region: string };
}
