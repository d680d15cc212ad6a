import { isIP } from 'node:net';
import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional, Matches } from 'class-validator';
import type { AuthRedirectOptions } from '../../auth-redirect/options/auth-redirect.options.js';
import { findWholeNumberProblem } from '../../auth-redirect/validation/problems.js';
import { IfSet, validateWith } from '../../auth-redirect/validation/validators.js';
import { redisUrlProblem } from '../../redis/redis-url.js';
import type { ConfiguredStep } from '../ready-made-steps.js';

export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

const PROXIES_MAX = 10;

/** Declares the variables of the service, except those of the module's options. Source of docs/reference/configuration.md. */
export class Environment {
  /** Address to listen on: `0.0.0.0` for every IPv4 address, `::` for IPv6 as well. */
  @Matches(/^[\w.:%-]+$/, { message: 'is not an address to listen on, like 0.0.0.0 or ::' })
  HOST = '0.0.0.0';

  /** Port to listen on, 0 to 65535; 0 selects a free one. */
  @IsPort()
  PORT = 3000;

  /**
   * Port of `GET /metrics` on the same address, 0 to 65535. Default: 9464; if it is in use, the service logs a warning and has no metrics.
   */
  @IsOptional()
  @IsPort()
  METRICS_PORT?: number;

  /** YAML or JSON file with several tenants, instead of the variables for one. Default: none. */
  TENANTS_FILE?: string;

  @ToNumber()
  CONTINUE_TOKEN_LIFETIME?: unknown;

  /** YAML or JSON file, up to 1 MiB, with the options of the ready-made steps. Default: none. */
  STEPS_FILE?: string;

  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(/\s*,\s*/) : value))
  @Matches(/^[a-z][a-z0-9-]{0,39}$/, { each: true, message: 'is not a list of step ids, like terms,profile' })
  STEPS?: readonly string[];

  /** Your own steps: a JavaScript module, or a directory whose `package.json` names one as `main`. Default: none. */
  STEPS_PACKAGE?: string;

  /**
   * URL of the shared replay store: `redis://`, `redis+sentinel://` or `redis+cluster://`; with TLS `rediss://` and so on. Percent-encode
   * user and password. Default: none; each process has its own store in memory.
   */
  @IfSet(redisUrlProblem)
  REDIS_URL?: string;

  /** File with the URL, instead of `REDIS_URL`. Default: none. */
  REDIS_URL_FILE?: string;

  /** Prefix of every key in Redis, 1 to 100 ASCII characters. Default: `auth-redirect:`. */
  @IsOptional()
  @Matches(/^[\x21-\x7e]{1,100}$/, { message: 'is not 1 to 100 ASCII characters without spaces' })
  REDIS_KEY_PREFIX?: string;

  /** PEM file of the trusted certificate authorities for Redis. Default: those of Node.js. */
  REDIS_CA_FILE?: string;

  /** Maximum wait for Redis, in milliseconds, 10 to 10,000. Default: 250. */
  @IsOptional()
  @IsWholeNumber(10, 10_000, 'milliseconds')
  REDIS_DEADLINE_MS?: number;

  /** Behavior while Redis does not answer: `allow` continues logins, `refuse` rejects them with 503. Default: `allow`. */
  @IsOptional()
  @IsIn(['allow', 'refuse'], { message: 'is neither allow nor refuse' })
  REDIS_WHEN_UNAVAILABLE?: 'allow' | 'refuse';

  /** `true`: `/readyz` answers 503 `{"status":"redis_unavailable"}` while Redis does not answer. Requires Redis. */
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean({ message: 'is neither true nor false' })
  READY_NEEDS_REDIS = false;

  /**
   * Trusted sources of `X-Forwarded-For`: a number of proxies (1 to 10; 0: none), or their networks, like `10.0.0.0/8, loopback`.
   * Default: none.
   */
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? trustedProxiesOf(value) : value))
  @validateWith('isTrustedProxies', (value) =>
    typeof value === 'string'
      ? 'is neither a number of proxies (1) nor a list of networks (10.0.0.0/8,loopback)'
      : undefined,
  )
  TRUST_PROXY?: number | readonly string[];

  /**
   * Maximum refusals per minute for an IPv4 address or an IPv6 /64 network before 429; 0: no limit. Default: 60 if `TRUST_PROXY` is set,
   * otherwise no limit.
   */
  @IsOptional()
  @IsWholeNumber(0, 1_000_000, 'refusals, 0 for no limit')
  REFUSALS_PER_MINUTE_ADDRESS?: number;

  /** Maximum refusals per minute for the user of a validly signed token before 429; 0: no limit. */
  @IsWholeNumber(0, 1_000_000, 'refusals, 0 for no limit')
  REFUSALS_PER_MINUTE_SUBJECT = 1000;

  /** Maximum open connections, up to 100,000; 0: no limit. */
  @IsWholeNumber(0, 100_000, 'connections, 0 for no limit')
  MAX_CONNECTIONS = 1000;

  /**
   * Maximum open connections from an IPv4 address or IPv6 /64 network, up to 100,000; 0: no limit. Behind a proxy, all connections have the
   * proxy's address.
   */
  @IsWholeNumber(0, 100_000, 'connections, 0 for no limit')
  MAX_CONNECTIONS_PER_ADDRESS = 0;

  /** Time to accept requests after SIGTERM, while `/readyz` answers 503, in milliseconds, 0 to 60,000. */
  @IsWholeNumber(0, 60_000, 'milliseconds')
  DRAIN_DELAY_MS = 0;

  /** Maximum wait for open requests and connections after `DRAIN_DELAY_MS`, in milliseconds, 100 to 600,000. The process ends a second later. */
  @IsWholeNumber(100, 600_000, 'milliseconds')
  SHUTDOWN_DEADLINE_MS = 5000;

  /** `silent`, `fatal`, `error`, `warn`, `info`, `debug` or `trace`. */
  @IsIn(LOG_LEVELS, { message: `is none of ${LOG_LEVELS.join(', ')}` })
  LOG_LEVEL: (typeof LOG_LEVELS)[number] = 'info';

  /** `production`: the service ignores the file `.env`, and logs faults without message. The image sets it. Default: none. */
  NODE_ENV?: string;

  readonly options: AuthRedirectOptions = {};

  readonly readyMadeSteps: readonly ConfiguredStep[] = [];
}

/** `problems` contains one line for each mistake, and no secret. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly code = 'configuration_invalid';
  readonly problems: readonly string[] = this.message.split('\n');

  /** @param problems Can quote names from files: control characters become spaces. */
  constructor(problems: readonly string[]) {
    super(problems.map((problem) => problem.replaceAll(/\p{Cc}/gu, ' ')).join('\n'));
  }
}

/** Converts digits to a number. Keeps other texts, which validation rejects. */
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

/** Returns the proxies. Keeps invalid texts, which validation rejects. */
function trustedProxiesOf(text: string): number | readonly string[] | string {
  if (/^\d{1,2}$/.test(text)) return Number(text) <= PROXIES_MAX ? Number(text) : text;
  const networks = text.split(/\s*,\s*/);
  return networks.every(isNetwork) ? networks : text;
}

function isNetwork(text: string): boolean {
  // Express supports these names.
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true;
  const [address = '', prefix = '32'] = text.split('/');
  const bits = isIP(address) === 4 ? 32 : 128;
  return isIP(address) !== 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) > 0 && Number(prefix) <= bits;
}
