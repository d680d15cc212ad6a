import type { Clock } from '../../auth-redirect/clock.js';
import { readTextFile } from '../../auth-redirect/files.js';
import {
  HttpClient,
  HttpClientError,
  type HttpClientRequest,
  type HttpClientResponse,
  SingleRequestOptions,
} from '../../http-client/index.js';
import { optionsFrom } from '../../auth-redirect/validation/validate.js';
import { signForAws } from './aws-signature.js';
import { accountValue, presetOf, SECRET_FILE_MAX_BYTES, type SmsGatewayOptions } from './gateway.options.js';
import type { SmsGatewayBody, SmsGatewayRequest, SmsGatewaySuccess } from './gateway-request.js';
import { filled, filledJson, type Values } from './template.js';

export interface SmsMessage {
  /** The number in the form of E.164. */
  readonly to: string;
  readonly text: string;
  readonly code: string;
}

/** A message that the gateway rejected. Contains the gateway's answer without user data. */
export class SmsGatewayError extends Error {
  override readonly name = 'SmsGatewayError';
  readonly code = 'sms_gateway_refused';
}

/** Sends messages over the configured gateway. */
export class SmsGateway {
  readonly #client: HttpClient;
  readonly #request: SmsGatewayRequest;
  readonly #values: Values;

  /** @param options Valid options. */
  constructor(
    private readonly options: SmsGatewayOptions,
    private readonly clock: Clock,
  ) {
    this.#client = new HttpClient(optionsFrom(SingleRequestOptions, options));
    const preset = presetOf(options);
    this.#request = preset?.request ?? Object.assign({ url: '' }, options);
    this.#values = accountValues(options);
  }

  /**
   * Sends a message once.
   *
   * @throws SmsGatewayError, HttpClientError, or FileProblem if a secret cannot be read.
   */
  async send({ to, text, code }: SmsMessage): Promise<void> {
    const secrets = this.#secrets();
    const named = Object.entries(secrets).map(([name, value]) => [`secret.${name}`, value]);
    const values = { ...this.#values, ...Object.fromEntries(named), to, toDigits: to.slice(1), text, code };
    const request = requestOf(this.#request, values);
    const { awsSignature, success } = this.#request;
    const signed = awsSignature
      ? await signForAws(
          request,
          { service: awsSignature.service, region: filled(awsSignature.region, values) },
          secrets,
          new Date(this.clock.now()),
        )
      : request;
    checkSuccess(await this.#client.send(signed), success);
  }

  /** Reads the environment variables only if the configuration has no secret, so that two credentials never mix. */
  #secrets(): Values {
    const { secrets = {}, secretFiles = {} } = this.options;
    const read = Object.entries(secretFiles).map(([name, path]) => [name, readTextFile(path, SECRET_FILE_MAX_BYTES)]);
    const configured = { ...secrets, ...Object.fromEntries(read) };
    if (Object.keys(configured).length > 0) return configured;
    const variables = Object.entries(presetOf(this.options)?.secrets ?? {}).map(([name, { variable = '' }]) => [
      name,
      process.env[variable] ?? '',
    ]);
    return Object.fromEntries(variables);
  }
}

/** Returns the log text for a failed message, without user data. */
export function faultOf(error: unknown): string {
  const { message, problem, name }: { message?: unknown; problem?: unknown; name?: unknown } = Object(error);
  if (error instanceof SmsGatewayError || error instanceof HttpClientError) return String(message);
  return typeof problem === 'string' ? `a secret ${problem}` : String(name);
}

/** The values of a preset's own placeholders. */
function accountValues(options: SmsGatewayOptions): Values {
  const preset = presetOf(options);
  if (!preset) return {};
  const { account = {}, baseUrl = preset.baseUrl } = options;
  const given = Object.keys(preset.account).map((name) => [name, String(accountValue(preset, account, name))] as const);
  const values = Object.fromEntries(given);
  const complete = given.map(([name, value]) => [name, filled(value, values)]);
  return { ...Object.fromEntries(complete), baseUrl: filled(baseUrl, values) };
}

function requestOf(
  { method = 'POST', url, headers = {}, basicAuth, body }: SmsGatewayRequest,
  values: Values,
): HttpClientRequest {
  const content = body && contentOf(body, values);
  const own = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), filled(value, values)]);
  return {
    method,
    // The base URL of a preset is at the beginning, unescaped.
    url: filled(url.replace('{{baseUrl}}', values.baseUrl ?? ''), values, encodeURIComponent),
    headers: {
      ...(content && { 'content-type': content.type }),
      ...(basicAuth && { authorization: basic(filled(basicAuth.user, values), filled(basicAuth.password, values)) }),
      ...Object.fromEntries(own),
    },
    ...(content && { body: content.text }),
    isRepeatable: false,
  };
}

function contentOf(body: SmsGatewayBody, values: Values): { readonly type: string; readonly text: string } {
  if ('json' in body) return { type: 'application/json', text: JSON.stringify(filledJson(body.json, values)) };
  if ('text' in body) return { type: 'text/plain; charset=utf-8', text: filled(body.text, values) };
  const entries = Object.entries(body.form).map(([name, value]) => [name, filled(value, values)] as [string, string]);
  const text = new URLSearchParams(entries.filter(([, value]) => value !== '')).toString();
  return { type: 'application/x-www-form-urlencoded', text };
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/** @throws SmsGatewayError */
function checkSuccess({ status, json }: HttpClientResponse, success: SmsGatewaySuccess = {}): void {
  const isExpected = success.statuses ? success.statuses.includes(status) : status >= 200 && status < 300;
  if (!isExpected) throw new SmsGatewayError(`status ${status}`);
  if (!success.json) return;
  const { path, values } = success.json;
  const value = valueAt(json(), path.split('.'));
  if (values.some((expected) => String(expected) === String(value))) return;
  // Longer values could identify the user.
  const shown = /^[\w-]{1,6}$/.test(String(value)) ? String(value) : 'another value';
  throw new SmsGatewayError(`status ${status}, but ${path} is ${shown}`);
}

function valueAt(value: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined) return value;
  const members: object = Object(value);
  return Object.hasOwn(members, name) ? valueAt(Reflect.get(members, name), rest) : undefined;
}
