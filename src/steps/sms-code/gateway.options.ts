import { IsIn, ValidateIf } from 'class-validator';
import { findFileProblem } from '../../auth-redirect/files.js';
import { isJsonObject, type JsonObject } from '../../auth-redirect/json.js';
import { didYouMean } from '../../auth-redirect/validation/did-you-mean.js';
import { findTextProblem, notList, shownName } from '../../auth-redirect/validation/problems.js';
import { IfSet, validateWith } from '../../auth-redirect/validation/validators.js';
import { findOutboundUrlProblem, SingleRequestOptions } from '../../http-client/index.js';
import { GATEWAY_PRESETS, type GatewayPreset } from './gateway-presets.js';
import { METHODS, type SmsGatewayBody, type SmsGatewayMethod, type SmsGatewaySuccess } from './gateway-request.js';
import { placesIn } from './template.js';

/**
 * Names a built-in gateway: `twilio`, `vonage`, `aws-sns` or `messagebird`.
 *
 * @publicApi
 */
export type SmsGatewayPreset = keyof typeof GATEWAY_PRESETS;

/** Size limit of a file with a secret, in bytes. */
export const SECRET_FILE_MAX_BYTES = 65_536;

/** Placeholders of every request, in addition to secrets. */
const PLACES = ['to', 'toDigits', 'text', 'code'];
const SECRET = /^secret\.(.*)$/;
const HEADER = /^[A-Za-z0-9-]{1,64}$/;
const NAME = /^[A-Za-z]\w{0,39}$/;
const OWN_OPTIONS = ['url', 'method', 'headers', 'basicAuth', 'body', 'success'];

/**
 * Configures the HTTP gateway that sends the messages: a preset with the options of an account, or a request. The texts of a request may
 * contain the placeholders `{{to}}` (like `+4915112345678`), `{{toDigits}}` (without the `+`), `{{text}}`, `{{code}}` and `{{secret.NAME}}`.
 * The step sends a message only once, so it has no option `retries`.
 *
 * @publicApi
 */
export class SmsGatewayOptions extends SingleRequestOptions {
  /** Name of a built-in gateway. Default: none; use `url`. */
  @validateWith('isPreset', findPresetProblem)
  preset?: SmsGatewayPreset;

  /** For a preset: options of the account, like `{ accountSid: AC…, from: Example }` for `twilio`. */
  @validateWith('isAccount', (account, options) => findAccountProblem(account, presetOf(options)))
  account?: Readonly<Record<string, string>>;

  /** For a preset: another host, like `https://api.dublin.ie1.twilio.com`. Default: the gateway's own. */
  @IfSet((url, options) => (options.preset ? findBaseUrlProblem(url) : 'is only for a preset'))
  baseUrl?: string;

  /** Address, without placeholders in its host. Placeholder values are percent-encoded. Default: none; use `preset`. */
  @validateWith('isGatewayUrl', findUrlProblem)
  url?: string;

  /** `POST`, `PUT` or `GET`. Default: `POST`. */
  @ValidateIf(({ method }: SmsGatewayOptions) => method !== undefined)
  @IsIn(METHODS, { message: `is none of ${METHODS.join(', ')}` })
  method?: SmsGatewayMethod;

  /** Headers, without placeholders except secrets. Default: the content type of the body. */
  @IfSet(findHeadersProblem)
  headers?: Readonly<Record<string, string>>;

  /** User and password of HTTP Basic authentication. Default: none. */
  @IfSet(findBasicAuthProblem)
  basicAuth?: { readonly user: string; readonly password: string };

  /** Body: `{ json: … }`, `{ form: { name: text } }` or `{ text: … }`. Default: none. */
  @IfSet(findBodyProblem)
  body?: SmsGatewayBody;

  /** Criteria for an accepted message. Default: a status of 200 to 299. */
  @IfSet(findSuccessProblem)
  success?: SmsGatewaySuccess;

  /** Secrets by name. Prefer `secretFiles`. Default: none. */
  @IfSet((secrets, options) => findSecretsProblem(secrets, options, findSecretProblem))
  secrets?: Readonly<Record<string, string>>;

  /** Files with secrets, by name. A final line break is ignored. Read for each message. Default: none. */
  @validateWith('isSecretFiles', findSecretFilesProblem)
  secretFiles?: Readonly<Record<string, string>>;
}

/** Returns the preset that the options name; undefined for an unknown name. */
export function presetOf({ preset }: { readonly preset?: unknown }): GatewayPreset | undefined {
  const presets: Readonly<Record<string, GatewayPreset>> = GATEWAY_PRESETS;
  return typeof preset === 'string' && Object.hasOwn(presets, preset) ? presets[preset] : undefined;
}

/** Returns the value of an account's option: configured, from the environment, or the default; undefined if there is none. */
export function accountValue(preset: GatewayPreset, account: JsonObject, name: string): unknown {
  const { variable = '', default: byDefault } = preset.account[name] ?? {};
  return account[name] ?? (process.env[variable] || byDefault);
}

function findPresetProblem(value: unknown, options: JsonObject): string | undefined {
  const names = Object.keys(GATEWAY_PRESETS).join(', ');
  if (value === undefined) return options.url === undefined ? `or url is missing: a preset is ${names}` : undefined;
  if (!presetOf({ preset: value })) return `is none of ${names}`;
  const other = OWN_OPTIONS.find((option) => options[option] !== undefined);
  return other && `and ${other} are both set: remove one`;
}

function findAccountProblem(account: unknown, preset: GatewayPreset | undefined): string | undefined {
  if (!preset) return account === undefined ? undefined : 'is only for a preset';
  if (account !== undefined && !isJsonObject(account))
    return `is not like { ${Object.keys(preset.account).join(': …, ')}: … }`;
  const given = account ?? {};
  const known = Object.keys(preset.account);
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown !== undefined)
    return `has ${shownName(unknown)}, which is not known${didYouMean(unknown, known) || ` (known: ${known.join(', ')})`}`;
  const wrong = known.find((name) => !isAccountValue(preset, given, name));
  if (wrong !== undefined) return `has no ${wrong} like ${preset.account[wrong]?.example}`;
  const set = preset.oneOf?.filter((name) => given[name] !== undefined);
  return set && set.length !== 1
    ? `has ${set.length === 0 ? 'none' : 'several'} of ${preset.oneOf?.join(', ')}: set one`
    : undefined;
}

function isAccountValue(preset: GatewayPreset, given: JsonObject, name: string): boolean {
  const value = accountValue(preset, given, name);
  const { pattern, default: byDefault } = preset.account[name] ?? {};
  return given[name] === undefined && value === byDefault && byDefault !== undefined
    ? true
    : typeof value === 'string' && pattern?.test(value) === true;
}

function findBaseUrlProblem(url: unknown): string | undefined {
  const problem = findOutboundUrlProblem(url);
  if (problem !== undefined) return problem;
  return /[?]|\/$/.test(String(url)) ? 'ends with a slash or has a query: remove it' : undefined;
}

function findUrlProblem(url: unknown, options: JsonObject): string | undefined {
  if (url === undefined) return undefined;
  if (typeof url !== 'string') return 'is not a text';
  if (/^[^:]*:\/\/[^/?#]*\{\{/.test(url)) return 'has a placeholder in its host';
  const problem = findOutboundUrlProblem(url.replaceAll(/\{\{[^{}]*\}\}/g, 'x')) ?? findPlaceProblem(url, options);
  if (problem !== undefined) return problem;
  const places = placesIn([url, options.body]);
  const missing = [
    ['to', 'toDigits'],
    ['text', 'code'],
  ].find((names) => !names.some((name) => places.includes(name)));
  return missing && `and body have no {{${missing[0]}}}`;
}

function findHeadersProblem(headers: unknown, options: JsonObject): string | undefined {
  if (!isTexts(headers)) return 'is not like { authorization: "Bearer {{secret.token}}" }';
  const wrong = Object.keys(headers).find((name) => !HEADER.test(name));
  if (wrong !== undefined) return 'has a name that is not the name of a header';
  if (/[^\x20-\x7e]/.test(Object.values(headers).join('')))
    return 'has a value with characters that are not printable ASCII';
  return findSecretPlaceProblem(headers, options);
}

function findBasicAuthProblem(value: unknown, options: JsonObject): string | undefined {
  const isComplete = isTexts(value) && Object.keys(value).toSorted().join() === 'password,user';
  return isComplete
    ? findSecretPlaceProblem(value, options)
    : 'is not like { user: login, password: "{{secret.password}}" }';
}

function findBodyProblem(body: unknown, options: JsonObject): string | undefined {
  const rule = 'is not one of { json: … }, { form: { name: text } } and { text: … }';
  if (!isJsonObject(body) || Object.keys(body).length !== 1) return rule;
  const isValid = body.json !== undefined || isTexts(body.form) || typeof body.text === 'string';
  return isValid ? findPlaceProblem(body, options) : rule;
}

function findSuccessProblem(success: unknown): string | undefined {
  if (!isJsonObject(success)) return 'is not like { statuses: [200], json: { path: status, values: [ok] } }';
  const unknown = Object.keys(success).find((name) => !['statuses', 'json'].includes(name));
  if (unknown !== undefined) return `has ${shownName(unknown)}: only statuses and json are known`;
  const { statuses, json } = success;
  if (
    statuses !== undefined &&
    !isListOf(statuses, (each) => Number.isInteger(each) && Number(each) >= 100 && Number(each) < 600)
  ) {
    return `statuses ${notList(statuses, 'HTTP statuses')}`;
  }
  if (json === undefined) return undefined;
  const isScalar = (each: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof each);
  return isJsonObject(json) && typeof json.path === 'string' && json.path !== '' && isListOf(json.values, isScalar)
    ? undefined
    : 'json is not like { path: messages.0.status, values: ["0"] }';
}

function findSecretsProblem(
  secrets: unknown,
  options: JsonObject,
  findProblem: (value: unknown) => string | undefined,
): string | undefined {
  if (!isJsonObject(secrets)) return 'is not like { token: … }';
  const preset = presetOf(options);
  const known = preset && Object.keys(preset.secrets);
  for (const [name, value] of Object.entries(secrets)) {
    if (!NAME.test(name)) return 'has a name that is not letters, digits and _';
    if (known && !known.includes(name)) return `has ${name}, which is not known (known: ${known.join(', ')})`;
    const problem = findProblem(value);
    if (problem !== undefined) return `${name} ${problem}`;
  }
  return undefined;
}

function findSecretFilesProblem(files: unknown, options: JsonObject): string | undefined {
  const { secrets } = options;
  const findProblem = (path: unknown): string | undefined =>
    findFileProblem(path, SECRET_FILE_MAX_BYTES, findSecretProblem);
  const problem = files === undefined ? undefined : findSecretsProblem(files, options, findProblem);
  if (problem !== undefined) return problem;
  const preset = presetOf(options);
  const names = namesOfSecrets(options);
  const twice = Object.keys(files ?? {}).find((name) => isJsonObject(secrets) && secrets[name] !== undefined);
  if (twice !== undefined) return `and secrets both have ${twice}: remove one`;
  const missing = Object.entries(preset?.secrets ?? {}).find(
    ([name, { isOptional, variable = '' }]) =>
      !isOptional && !names.includes(name) && (names.length > 0 || !process.env[variable]),
  );
  return missing && `has no ${missing[0]}: add its file`;
}

/** Accepts a text that fits into a header. */
function findSecretProblem(value: unknown): string | undefined {
  const problem = findTextProblem(value);
  if (problem !== undefined) return problem;
  return /[^\x20-\x7e]/.test(String(value)) ? 'contains characters that are not printable ASCII' : undefined;
}

function findPlaceProblem(template: unknown, options: JsonObject): string | undefined {
  const secrets = namesOfSecrets(options);
  const wrong = placesIn(template).find(
    (name) => !PLACES.includes(name) && !secrets.includes(SECRET.exec(name)?.[1] ?? ''),
  );
  if (wrong === undefined) return undefined;
  const secret = SECRET.exec(wrong)?.[1];
  return secret === undefined
    ? `contains {{${shownName(wrong)}}}, which is none of ${PLACES.join(', ')} and secret.NAME`
    : `contains {{secret.${shownName(secret)}}}, but secretFiles has no ${shownName(secret)}`;
}

function findSecretPlaceProblem(template: unknown, options: JsonObject): string | undefined {
  const other = placesIn(template).find((name) => !SECRET.test(name));
  return other === undefined ? findPlaceProblem(template, options) : 'contains a placeholder that is not a secret';
}

function namesOfSecrets({ secrets, secretFiles }: JsonObject): readonly string[] {
  return [secrets, secretFiles].flatMap((each) => (isJsonObject(each) ? Object.keys(each) : []));
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return isJsonObject(value) && Object.values(value).every((each) => typeof each === 'string');
}

function isListOf(value: unknown, isEntry: (entry: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length > 0 && value.length <= 20 && value.every(isEntry);
}
