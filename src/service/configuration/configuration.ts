import type { DynamicModule } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { plainToInstance } from 'class-transformer';
import { AuthRedirectOptionsError } from '../../auth-redirect/errors.js';
import type { AuthRedirectOptions } from '../../auth-redirect/options/auth-redirect.options.js';
import { didYouMean } from '../../auth-redirect/validation/did-you-mean.js';
import { problemsOf } from '../../auth-redirect/validation/validate.js';
import type { RedisReplayStoreOptions } from '../../redis/redis-replay-store.options.js';
import type { ConfiguredStep } from '../ready-made-steps.js';
import { ConfigurationFiles } from './configuration-files.js';
import { ConfigurationError, Environment } from './environment.js';
import { inEnvironment, moduleOptions, named, ONE_TENANT, optionProblems, VARIABLES } from './module-options.js';
import { loadStepsPackage, type StepsPackage } from './steps-package.js';

const { secret, secretFile, previousSecret, previousSecretFile } = ONE_TENANT;
const SECRETS = [secret, secretFile, previousSecret, previousSecretFile];

const EITHER_OR = [
  ...Object.values(ONE_TENANT).map((name) => ['TENANTS_FILE', name] as const),
  ['REDIS_URL', 'REDIS_URL_FILE'],
  ['AUTH0_SESSION_SECRET', 'AUTH0_SESSION_SECRET_FILE'],
  ['AUTH0_SESSION_SECRET_PREVIOUS', 'AUTH0_SESSION_SECRET_PREVIOUS_FILE'],
  ...SECRETS.map((name) => ['AUTH0_SESSION_SECRET_DIRECTORY', name] as const),
] as const;

const REDIS_OPTIONS = {
  keyPrefix: 'REDIS_KEY_PREFIX',
  caFile: 'REDIS_CA_FILE',
  deadline: 'REDIS_DEADLINE_MS',
  whenUnavailable: 'REDIS_WHEN_UNAVAILABLE',
} as const;

type Variables = Readonly<Record<string, unknown>>;

export interface Configuration {
  /** Provides the environment through `ConfigService`. */
  readonly module: DynamicModule;
  readonly environment: Environment;
  readonly stepsPackage: StepsPackage;
}

/**
 * @param prepare Changes the variables before validation. Default: no change.
 * @throws ConfigurationError with every problem.
 */
export async function loadConfiguration(
  prepare = (variables: Record<string, unknown>): Record<string, unknown> => variables,
): Promise<Configuration> {
  let environment: Environment | undefined;
  const module = await ConfigModule.forRoot({
    isGlobal: true,
    // Without this option, ConfigModule reads an empty optional variable from process.env again.
    skipProcessEnv: true,
    ignoreEnvFile: process.env.NODE_ENV === 'production',
    validate: (variables) => (environment = validateEnvironment(prepare(variables))),
  });
  if (!environment) throw new ConfigurationError(['the environment was not read']);
  const stepsPackage = await loadStepsPackage(environment.STEPS_PACKAGE);
  const { viewsDirectory, localesDirectory } = stepsPackage;
  if (viewsDirectory !== undefined) environment.options.viewsDirectory ??= viewsDirectory;
  if (localesDirectory !== undefined) environment.options.localesDirectory ??= localesDirectory;
  return { module, environment, stepsPackage };
}

/**
 * @param variables An empty variable counts as not set.
 * @throws ConfigurationError with every problem.
 */
export function validateEnvironment(variables: Record<string, unknown>): Environment {
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const files = new ConfigurationFiles(set);
  const redisUrl = files.text('REDIS_URL_FILE');
  const given = { ...set, ...(redisUrl !== undefined && { REDIS_URL: redisUrl }) };
  const environment = plainToInstance(Environment, given, { exposeDefaultValues: true });
  const options = moduleOptions(environment, files.tenants());
  const readyMadeSteps = files.steps();
  const problems = [
    ...doubled(set),
    ...files.problems,
    ...unconfiguredSteps(environment, readyMadeSteps),
    ...withoutRedis(environment, set),
    ...problemsOf(environment),
    ...optionProblems(options),
  ];
  if (problems.length > 0) throw new ConfigurationError([...problems, ...misspelled(set)]);
  return Object.assign(environment, { options: Object.assign(options, stepRules(readyMadeSteps)), readyMadeSteps });
}

/** Returns other errors unchanged. */
export function asConfigurationError(error: unknown): unknown {
  return error instanceof AuthRedirectOptionsError ? new ConfigurationError(error.problems.map(inEnvironment)) : error;
}

export function redisOptions(environment: Environment): RedisReplayStoreOptions | undefined {
  const { REDIS_URL: url } = environment;
  return url === undefined ? undefined : { url, ...named(REDIS_OPTIONS, environment) };
}

/** Reports variables that differ from one of the service by one or two letters. */
export function misspelled(set: Variables): readonly string[] {
  const known = [...Object.values(VARIABLES), ...Object.keys(new Environment())];
  const unset = known.filter((name) => name === name.toUpperCase() && set[name] === undefined);
  return Object.keys(set)
    .filter((name) => !known.includes(name))
    .map((name) => [name, didYouMean(name, unset, 2)] as const)
    .flatMap(([name, hint]) => (hint === '' ? [] : [`${name} is not a variable of the service${hint}`]));
}

function stepRules(configured: readonly ConfiguredStep[]): Pick<AuthRedirectOptions, 'stepRules'> {
  const ruled = configured.filter(({ rule }) => Object.values(rule).some((value) => value !== undefined));
  return ruled.length > 0 ? { stepRules: Object.fromEntries(ruled.map(({ id, rule }) => [id, rule])) } : {};
}

function doubled(set: Variables): readonly string[] {
  return EITHER_OR.filter(([one, other]) => set[one] !== undefined && set[other] !== undefined).map(
    ([one, other]) => `${one} and ${other} are both set: keep one of them`,
  );
}

/** With a package, the ids are known only after Nest has created its steps. */
function unconfiguredSteps(
  { STEPS, STEPS_PACKAGE }: Environment,
  configured: readonly ConfiguredStep[],
): readonly string[] {
  if (!Array.isArray(STEPS) || STEPS_PACKAGE !== undefined) return [];
  const ids = configured.map(({ id }) => id);
  return STEPS.filter((id) => !ids.includes(id)).map(
    (id) => `STEPS names ${id}, which STEPS_FILE does not configure${didYouMean(id, ids)}`,
  );
}

function withoutRedis({ READY_NEEDS_REDIS }: Environment, set: Variables): readonly string[] {
  if (!READY_NEEDS_REDIS || set.REDIS_URL !== undefined || set.REDIS_URL_FILE !== undefined) return [];
  return ['READY_NEEDS_REDIS is true, and REDIS_URL is not set: set REDIS_URL, or remove READY_NEEDS_REDIS'];
}
