import { isIP } from 'node:net';
import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional, Matches } from 'class-validator';
import type { AuthRedirectOptions } from '../../auth-redirect/options/auth-redirect.options.js';
import { findWholeNumberProblem } from '../../auth-redirect/validation/problems.js';
import { IfSet, validateWith } from '../../auth-redirect/validation/validators.js';
import { redisUrlProblem } from '../../redis/redis-url.js';
import type { ConfiguredStep } from '../ready-made-steps.js';

/** Levels of LOG_LEVEL, from silent to everything. */
export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

const PROXIES_MAX = 10;

/** The environment variables of the service with their rules, except those that are options of the module. The README explains them. */
export class Environment {
  @Matches(/^[\w.:%-]+$/, { message: 'is not an address to listen on, like 0.0.0.0 or ::' })
  HOST = '0.0.0.0';

  @IsPort()
  PORT = 3000;

  /** Undefined: the default port, if it is free. */
  @IsOptional()
  @IsPort()
  METRICS_PORT?: number;

  @ToNumber()
  CONTINUE_TOKEN_LIFETIME?: unknown;

  /** Undefined: all steps that STEPS_FILE configures and STEPS_PACKAGE has. */
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(/\s*,\s*/) : value))
  @Matches(/^[a-z][a-z0-9-]{0,39}$/, { each: true, message: 'is not a list of step ids, like terms,profile' })
  STEPS?: readonly string[];

  STEPS_PACKAGE?: string;

  @IfSet(redisUrlProblem)
  REDIS_URL?: string;

  @IsOptional()
  @Matches(/^[\x21-\x7e]{1,100}$/, { message: 'is not 1 to 100 ASCII characters without spaces' })
  REDIS_KEY_PREFIX?: string;

  REDIS_CA_FILE?: string;

  @IsOptional()
  @IsWholeNumber(10, 10_000, 'milliseconds')
  REDIS_DEADLINE_MS?: number;

  @IsOptional()
  @IsIn(['allow', 'refuse'], { message: 'is neither allow nor refuse' })
  REDIS_WHEN_UNAVAILABLE?: 'allow' | 'refuse';

  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean({ message: 'is neither true nor false' })
  READY_NEEDS_REDIS = false;

  /** How many proxies, or which networks, are trusted with `X-Forwarded-For`. */
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? trustedProxiesOf(value) : value))
  @validateWith('isTrustedProxies', (value) =>
    typeof value === 'string'
      ? 'is neither a number of proxies (1) nor a list of networks (10.0.0.0/8,loopback)'
      : undefined,
  )
  TRUST_PROXY?: number | readonly string[];

  /** Undefined: no limit, unless TRUST_PROXY tells the clients' addresses from the proxy's. */
  @IsOptional()
  @IsWholeNumber(0, 1_000_000, 'refusals, 0 for no limit')
  REFUSALS_PER_MINUTE_ADDRESS?: number;

  @IsWholeNumber(0, 1_000_000, 'refusals, 0 for no limit')
  REFUSALS_PER_MINUTE_SUBJECT = 1000;

  @IsWholeNumber(0, 100_000, 'connections, 0 for no limit')
  MAX_CONNECTIONS = 1000;

  /** Behind a proxy, all connections come from its address. */
  @IsWholeNumber(0, 100_000, 'connections, 0 for no limit')
  MAX_CONNECTIONS_PER_ADDRESS = 0;

  @IsWholeNumber(0, 60_000, 'milliseconds')
  DRAIN_DELAY_MS = 0;

  @IsWholeNumber(100, 600_000, 'milliseconds')
  SHUTDOWN_DEADLINE_MS = 5000;

  @IsIn(LOG_LEVELS, { message: `is none of ${LOG_LEVELS.join(', ')}` })
  LOG_LEVEL: (typeof LOG_LEVELS)[number] = 'info';

  /** The options of the module, from variables and TENANTS_FILE. */
  readonly options: AuthRedirectOptions = {};

  /** The content of STEPS_FILE. */
  readonly readyMadeSteps: readonly ConfiguredStep[] = [];
}

/** The environment cannot work. `problems` has a readable line for each mistake; never a secret's value. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly code = 'configuration_invalid';
  readonly problems: readonly string[] = this.message.split('\n');

  /** @param problems May quote names from files. Each becomes one line: control characters become spaces. */
  constructor(problems: readonly string[]) {
    super(problems.map((problem) => problem.replaceAll(/\p{Cc}/gu, ' ')).join('\n'));
  }
}

/** Converts a plain decimal to a number; other texts stay, so that validation rejects them. */
function ToNumber(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value,
  );
}

function IsPort(): PropertyDecorator {
  return IsNumberBetween(0, 65_535, 'is not a port: a whole number from 0 to 65535');
}

function IsWholeNumber(min: number, max: number, unit: string): PropertyDecorator {
  return IsNumberBetween(min, max, `is not a whole number from ${min} to ${max} (${unit})`);
}

function IsNumberBetween(min: number, max: number, problem: string): PropertyDecorator {
  const rule = validateWith('isNumberBetween', (value) => findWholeNumberProblem(value, min, max) && problem);
  return applyDecorators(ToNumber(), rule);
}

/** Returns a number of hops or a list of networks; any other text unchanged, so that validation rejects it. */
function trustedProxiesOf(text: string): number | readonly string[] | string {
  if (/^\d{1,2}$/.test(text)) return Number(text) <= PROXIES_MAX ? Number(text) : text;
  const networks = text.split(/\s*,\s*/);
  return networks.every(isNetwork) ? networks : text;
}

function isNetwork(text: string): boolean {
  // Express knows these by name.
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true;
  const [address = '', prefix = '32'] = text.split('/');
  const bits = isIP(address) === 4 ? 32 : 128;
  return isIP(address) !== 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) > 0 && Number(prefix) <= bits;
}
