import { IsBoolean, IsIn } from 'class-validator';
import { findFileProblem } from '../../auth-redirect/files.js';
import { isJsonObject, type JsonObject } from '../../auth-redirect/json.js';
import { localizedText, IfSet, validateWith } from '../../auth-redirect/validation/validators.js';
import type { LocalizedText } from '../../auth-redirect/locales/localized-text.js';
import {
  findStepIdProblem,
  findTextProblem,
  findWholeNumberProblem,
  notList,
} from '../../auth-redirect/validation/problems.js';
import { optionProblems } from '../../auth-redirect/validation/validate.js';
import { findOutboundUrlProblem, HttpClientOptions } from '../../http-client/index.js';

/**
 * Identifies the {@link AccountLinkOptions} for injection.
 *
 * @publicApi
 */
export const ACCOUNT_LINK_OPTIONS = Symbol.for('nestjs-auth-redirect:account-link-options');

/** Size limit of the file with the secret, in bytes. */
export const SECRET_FILE_MAX_BYTES = 4096;

/** Maximum of `clockTolerance`, in seconds. */
const CLOCK_TOLERANCE_MAX_SECONDS = 5;
const CONNECTIONS_MAX = 10;
const CONNECTION = /^[\w.-]{1,128}$/;
const SCOPE = /^[\x21\x23-\x5B\x5D-\x7E]+(?: [\x21\x23-\x5B\x5D-\x7E]+)*$/;

/**
 * Describes a connection for the second account.
 *
 * @publicApi
 */
export interface LinkConnection {
  /** Name of the connection at Auth0, like `google-oauth2`. */
  readonly name: string;
  /** Name on the button. */
  readonly label: LocalizedText;
}

/**
 * Configures {@link AccountLinkStep}: the client at the tenant, and the accepted accounts. Mistakes fail startup.
 *
 * @publicApi
 */
export class AccountLinkOptions {
  /** Id of the step: a-z, 0-9 and -, up to 40 characters. Default: `account-link`. */
  @IfSet(findStepIdProblem)
  id?: string;

  /**
   * Name of the client's tenant, as in the log. Only its logins have the step. Required with several tenants. Default: the only
   * tenant.
   */
  @IfSet(findTextProblem)
  tenant?: string;

  /** The tenant's issuer, compared exactly: `https://login.example.com/`. Default: `https://<iss of the session token>/`. */
  @IfSet(findIssuerProblem)
  issuer?: string;

  /** Id of the client for this step. */
  @validateWith('isClientId', findTextProblem)
  clientId!: string;

  /** Secret of the client. Prefer `clientSecretFile`. Default: none. */
  @validateWith('isClientSecret', findSecretProblem)
  clientSecret?: string;

  /** File with the secret. A final line break is ignored. Read every 10 minutes. Default: none. */
  @IfSet((path) => findFileProblem(path, SECRET_FILE_MAX_BYTES, findTextProblem))
  clientSecretFile?: string;

  /** Scopes, with `openid`. Without `email`, set `requireVerifiedEmail` to false. Default: `openid email`. */
  @validateWith('isScope', findScopeProblem)
  scope?: string = 'openid email';

  /**
   * Connections of the second account, 1 to 10, each with a button. Default: the tenant's login page,
   * with all of the client's connections.
   */
  @IfSet(findConnectionsProblem)
  connections?: readonly LinkConnection[];

  /** Required algorithm of ID tokens: `RS256` or `PS256`. Default: `RS256`. */
  @IsIn(['RS256', 'PS256'], { message: 'is neither RS256 nor PS256' })
  algorithm?: 'RS256' | 'PS256' = 'RS256';

  /** Whether the second account needs a verified email address. Default: true. */
  @IsBoolean({ message: 'is neither true nor false' })
  requireVerifiedEmail?: boolean = true;

  /** Whether both accounts must have the same verified email address. Default: false. */
  @validateWith('isSameEmail', findSameEmailProblem)
  sameEmail?: boolean = false;

  /** If STEPS chooses the steps, for users with linked accounts: `skip` omits the step, `link` links one more account. Default: `skip`. */
  @IsIn(['skip', 'link'], { message: 'is neither skip nor link' })
  whenLinked?: 'skip' | 'link' = 'skip';

  /** Tolerance for the tenant's clock, in whole seconds, 0 to 5. Default: 5. */
  @validateWith('isClockTolerance', (value) =>
    findWholeNumberProblem(value, 0, CLOCK_TOLERANCE_MAX_SECONDS, 'of seconds '),
  )
  clockTolerance?: number = CLOCK_TOLERANCE_MAX_SECONDS;

  /** Limits of each request to the tenant (up to three). Default: the defaults of {@link HttpClientOptions}. */
  @IfSet(findHttpClientProblem)
  httpClient?: HttpClientOptions;
}

/** The type of {@link AccountLinkOptions} with their defaults. */
export class AccountLinkSettings extends AccountLinkOptions {
  declare scope: string;
  declare algorithm: 'RS256' | 'PS256';
  declare requireVerifiedEmail: boolean;
  declare sameEmail: boolean;
  declare whenLinked: 'skip' | 'link';
  declare clockTolerance: number;
}

function findIssuerProblem(value: unknown): string | undefined {
  const problem = findOutboundUrlProblem(value);
  if (problem !== undefined) return problem;
  return String(value).includes('?') ? 'has a query: leave it out' : undefined;
}

function findHttpClientProblem(value: unknown): string | undefined {
  if (!isJsonObject(value)) return 'is not like { timeout: 3 }';
  const [problem] = optionProblems(HttpClientOptions, value);
  return problem && `has a problem: ${problem}`;
}

function findSecretProblem(secret: unknown, { clientSecretFile }: JsonObject): string | undefined {
  if (secret === undefined) {
    return clientSecretFile === undefined || clientSecretFile === null ? 'or clientSecretFile is missing' : undefined;
  }
  return clientSecretFile === undefined ? findTextProblem(secret) : 'and clientSecretFile are both set: remove one';
}

function findScopeProblem(value: unknown, { requireVerifiedEmail, sameEmail }: JsonObject): string | undefined {
  if (typeof value !== 'string' || !SCOPE.test(value)) return 'is not a list of scopes with one space between them';
  const scopes = value.split(' ');
  if (!scopes.includes('openid')) return 'lacks openid';
  if (scopes.includes('offline_access')) return 'contains offline_access: the step uses no refresh token';
  const needsEmail = requireVerifiedEmail !== false || sameEmail === true;
  return needsEmail && !scopes.includes('email')
    ? 'lacks email: add it, or set requireVerifiedEmail to false'
    : undefined;
}

function findSameEmailProblem(value: unknown, { requireVerifiedEmail }: JsonObject): string | undefined {
  if (typeof value !== 'boolean') return 'is neither true nor false';
  return value && requireVerifiedEmail === false ? 'needs requireVerifiedEmail, which is false' : undefined;
}

function findConnectionsProblem(value: unknown): string | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > CONNECTIONS_MAX) {
    return notList(value, `1 to ${CONNECTIONS_MAX} connections`);
  }
  const problem = value.map(findConnectionProblem).find((each) => each !== undefined);
  if (problem !== undefined) return problem;
  const names = value.map(({ name }: JsonObject) => name);
  return new Set(names).size < names.length ? 'names a connection twice' : undefined;
}

function findConnectionProblem(value: unknown, index: number): string | undefined {
  if (!isJsonObject(value)) return `has an entry that is not like { name: google-oauth2, label: Google }`;
  const { name, label, ...rest } = value;
  const [other] = Object.keys(rest);
  if (other !== undefined) return 'has an entry with an unknown option: only name and label are known';
  if (typeof name !== 'string' || !CONNECTION.test(name)) return `has no valid connection name in entry ${index + 1}`;
  const problem = localizedText()(label);
  return problem && `has a label in entry ${index + 1} that ${problem}`;
}
