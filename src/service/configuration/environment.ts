import { plainToInstance, Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';
import { readTextFile } from './configuration-file.js';
import { problemsOf } from '../../auth-redirect/validation/validate.js';
import {
  IsAccentColor,
  IsContinueTokenLifetime,
  IsContinueUrl,
  IsDarkAccentColor,
  IsIssuer,
  IsLink,
  IsLogo,
  IsPublicUrl,
  IsSessionSecret,
  IsSupportLink,
  validateWith,
} from '../../auth-redirect/validation/validators.js';
import type { TenantOptions } from '../../auth-redirect/options/tenant.options.js';
import { IsWholeNumber, ToBoolean, ToNumber, Unless } from './environment-rules.js';
import { redisUrlProblem } from '../../redis/redis-url.js';
import type { ReadyMadeStepsOptions } from '../ready-made-steps.js';
import { readStepsFile } from './steps-file.js';
import { readTenantsFile } from './tenants-file.js';
import { trustedProxiesOf, type TrustedProxies } from './trusted-proxies.js';

/** Levels of LOG_LEVEL, from silent to everything. */
export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** What TENANTS_FILE says instead. */
const ONE_TENANT = [
  'AUTH0_ISSUER',
  'AUTH0_SESSION_SECRET',
  'AUTH0_SESSION_SECRET_FILE',
  'AUTH0_SESSION_SECRET_PREVIOUS',
  'AUTH0_SESSION_SECRET_PREVIOUS_FILE',
  'AUTH0_SESSION_SECRET_DIRECTORY',
  'AUTH0_CONTINUE_URL',
] as const;

/** Pairs of which only one may be set. */
const EITHER_OR = [
  ...ONE_TENANT.map((name) => ['TENANTS_FILE', name] as const),
  ['REDIS_URL', 'REDIS_URL_FILE'],
  ['AUTH0_SESSION_SECRET', 'AUTH0_SESSION_SECRET_FILE'],
  ['AUTH0_SESSION_SECRET_PREVIOUS', 'AUTH0_SESSION_SECRET_PREVIOUS_FILE'],
  ...ONE_TENANT.slice(1, 5).map((name) => ['AUTH0_SESSION_SECRET_DIRECTORY', name] as const),
] as const;

const PORT_RULE = { message: 'is not a port: a whole number from 0 to 65535' };

/** The environment variables of the service, each with its rule. What they mean is in the README's table. */
export class Environment {
  @IsString()
  @Matches(/^[\w.:%-]+$/, { message: 'is not an address to listen on, like 0.0.0.0 or ::' })
  HOST = '0.0.0.0';

  @ToNumber()
  @IsInt(PORT_RULE)
  @Min(0, PORT_RULE)
  @Max(65_535, PORT_RULE)
  PORT = 3000;

  /** Undefined: the default port, where it is free. */
  @IsOptional()
  @ToNumber()
  @IsInt(PORT_RULE)
  @Min(0, PORT_RULE)
  @Max(65_535, PORT_RULE)
  METRICS_PORT?: number;

  @IsOptional()
  @IsString()
  TENANTS_FILE?: string;

  @Unless('TENANTS_FILE')
  @IsIssuer()
  AUTH0_ISSUER?: string;

  @Unless('TENANTS_FILE', 'AUTH0_SESSION_SECRET_FILE', 'AUTH0_SESSION_SECRET_DIRECTORY')
  @IsSessionSecret()
  AUTH0_SESSION_SECRET?: string;

  @IsOptional()
  @IsString()
  AUTH0_SESSION_SECRET_FILE?: string;

  @IsOptional()
  @IsSessionSecret()
  AUTH0_SESSION_SECRET_PREVIOUS?: string;

  @IsOptional()
  @IsString()
  AUTH0_SESSION_SECRET_PREVIOUS_FILE?: string;

  @IsOptional()
  @IsString()
  AUTH0_SESSION_SECRET_DIRECTORY?: string;

  @IsOptional()
  @IsContinueUrl()
  AUTH0_CONTINUE_URL?: string;

  @IsOptional()
  @IsString()
  AUTH0_SESSION_AUDIENCE?: string;

  @IsOptional()
  @ToNumber()
  @IsContinueTokenLifetime()
  CONTINUE_TOKEN_LIFETIME?: number;

  @IsOptional()
  @IsLink()
  SIGN_IN_URL?: string;

  /** Undefined: all that STEPS_FILE configures and STEPS_PACKAGE has. */
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(/\s*,\s*/) : value))
  @Matches(/^[a-z][a-z0-9-]{0,39}$/, { each: true, message: 'is not a list of step ids, like terms,profile' })
  STEPS?: readonly string[];

  @IsOptional()
  @IsString()
  STEPS_FILE?: string;

  @IsOptional()
  @IsString()
  STEPS_PACKAGE?: string;

  @IsOptional()
  @IsPublicUrl()
  PUBLIC_URL?: string;

  @IsOptional()
  @IsString()
  VIEWS_DIRECTORY?: string;

  @IsOptional()
  @IsString()
  LOCALES_DIRECTORY?: string;

  @IsOptional()
  @Length(1, 60, { message: 'is not a text of 1 to 60 characters' })
  BRAND_NAME?: string;

  @IsOptional()
  @IsLogo()
  BRAND_LOGO?: string;

  @IsOptional()
  @IsAccentColor()
  BRAND_COLOR?: string;

  @IsOptional()
  @IsDarkAccentColor()
  BRAND_COLOR_DARK?: string;

  @IsOptional()
  @IsLink()
  PRIVACY_URL?: string;

  @IsOptional()
  @IsSupportLink()
  SUPPORT_URL?: string;

  @IsOptional()
  @validateWith('isRedisUrl', redisUrlProblem)
  REDIS_URL?: string;

  @IsOptional()
  @IsString()
  REDIS_URL_FILE?: string;

  @IsOptional()
  @Matches(/^[\x21-\x7e]{1,100}$/, { message: 'is not 1 to 100 ASCII characters without spaces' })
  REDIS_KEY_PREFIX?: string;

  @IsOptional()
  @IsString()
  REDIS_CA_FILE?: string;

  @IsOptional()
  @ToNumber()
  @IsWholeNumber(10, 10_000, 'milliseconds')
  REDIS_DEADLINE_MS?: number;

  @IsOptional()
  @IsIn(['allow', 'refuse'], { message: 'is neither allow nor refuse' })
  REDIS_WHEN_UNAVAILABLE?: 'allow' | 'refuse';

  @ToBoolean()
  @IsBoolean({ message: 'is neither true nor false' })
  READY_NEEDS_REDIS = false;

  @IsOptional()
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? (trustedProxiesOf(value) ?? value) : value,
  )
  @validateWith('isTrustedProxies', (value) =>
    typeof value === 'string'
      ? 'is neither a number of proxies (1) nor a list of networks (10.0.0.0/8,loopback)'
      : undefined,
  )
  TRUST_PROXY?: TrustedProxies;

  /** Undefined: none, unless TRUST_PROXY says whose addresses they are. */
  @IsOptional()
  @ToNumber()
  @IsWholeNumber(0, 1_000_000, 'refusals, 0 for no limit')
  REFUSALS_PER_MINUTE_ADDRESS?: number;

  @ToNumber()
  @IsWholeNumber(0, 1_000_000, 'refusals, 0 for no limit')
  REFUSALS_PER_MINUTE_SUBJECT = 1000;

  @ToNumber()
  @IsWholeNumber(0, 60_000, 'milliseconds')
  DRAIN_DELAY_MS = 0;

  @ToNumber()
  @IsWholeNumber(100, 600_000, 'milliseconds')
  SHUTDOWN_DEADLINE_MS = 5000;

  /** What TENANTS_FILE says. */
  readonly tenants?: readonly TenantOptions[];

  /** What STEPS_FILE says. */
  readonly readyMadeSteps: ReadyMadeStepsOptions = {};

  @IsIn(LOG_LEVELS, { message: `is none of ${LOG_LEVELS.join(', ')}` })
  LOG_LEVEL: (typeof LOG_LEVELS)[number] = 'info';
}

/** The environment cannot work. `problems` has a readable line for each variable; never a secret's value. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly code = 'configuration_invalid';

  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/**
 * @param variables The process's environment. A variable that is empty counts as one that is not set.
 * @throws ConfigurationError with every problem at once.
 */
export function validateEnvironment(variables: Record<string, unknown>): Environment {
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const redisUrl = readTextFile('REDIS_URL_FILE', set);
  const environment = plainToInstance(
    Environment,
    { ...set, ...(redisUrl.text !== undefined && { REDIS_URL: redisUrl.text }) },
    { exposeDefaultValues: true },
  );
  const steps = readStepsFile(environment.STEPS_FILE);
  const tenants = environment.TENANTS_FILE === undefined ? undefined : readTenantsFile(environment.TENANTS_FILE, set);
  const problems = [
    ...doubled(set),
    ...redisUrl.problems,
    ...(tenants?.problems ?? []),
    ...steps.problems,
    ...unconfiguredSteps(environment, steps.options),
    ...withoutPublicUrl(environment.PUBLIC_URL, steps.options),
    ...withoutRedis(environment),
    ...problemsOf(environment),
  ];
  if (problems.length > 0) throw new ConfigurationError(problems);
  return Object.assign(environment, { readyMadeSteps: steps.options, ...(tenants && { tenants: tenants.tenants }) });
}

function doubled(set: Readonly<Record<string, unknown>>): readonly string[] {
  return EITHER_OR.filter(([one, other]) => set[one] !== undefined && set[other] !== undefined).map(
    ([one, other]) => `${one} and ${other} are both set: keep one of them`,
  );
}

/** Which ids a package has is known once Nest has made its steps. */
function unconfiguredSteps({ STEPS, STEPS_PACKAGE }: Environment, options: ReadyMadeStepsOptions): readonly string[] {
  if (STEPS === undefined || STEPS_PACKAGE !== undefined) return [];
  return STEPS.filter((id) => !Object.hasOwn(options, id)).map(
    (id) => `STEPS names ${id}, which STEPS_FILE does not configure`,
  );
}

function withoutPublicUrl(publicUrl: string | undefined, { external }: ReadyMadeStepsOptions): readonly string[] {
  if (publicUrl !== undefined || external === undefined) return [];
  return ['PUBLIC_URL is missing: the step external sends the user to another site and back'];
}

function withoutRedis({ READY_NEEDS_REDIS, REDIS_URL, REDIS_URL_FILE }: Environment): readonly string[] {
  if (!READY_NEEDS_REDIS || REDIS_URL !== undefined || REDIS_URL_FILE !== undefined) return [];
  return ['READY_NEEDS_REDIS is true, and there is no REDIS_URL: readiness would wait for nothing'];
}
