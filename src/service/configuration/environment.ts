import { plainToInstance, Transform } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';
import { problemsOf } from '../../auth-redirect/options/validate.js';
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
} from '../../auth-redirect/options/validators.js';
import { readSecretFiles } from './secret-files.js';
import { readStepsFile, type ReadyMadeStepsOptions } from './steps-file.js';

/** Levels of LOG_LEVEL, from silent to everything. */
export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** Planned, and refused until then: whoever sets one would rely on what is not there. */
const NOT_SUPPORTED = ['TENANTS_FILE', 'REDIS_URL'] as const;

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

  @IsIssuer()
  AUTH0_ISSUER!: string;

  @IsSessionSecret()
  AUTH0_SESSION_SECRET!: string;

  @IsOptional()
  @IsSessionSecret()
  AUTH0_SESSION_SECRET_PREVIOUS?: string;

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

  /** Undefined: all that STEPS_FILE configures. */
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(/\s*,\s*/) : value))
  @Matches(/^[a-z][a-z0-9-]{0,39}$/, { each: true, message: 'is not a list of step ids, like terms,profile' })
  STEPS?: readonly string[];

  @IsOptional()
  @IsString()
  STEPS_FILE?: string;

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
  const { secrets, problems: fileProblems } = readSecretFiles(set);
  const environment = plainToInstance(Environment, { ...set, ...secrets }, { exposeDefaultValues: true });
  const unreadable = new Set<string>(fileProblems.map(({ variable }) => variable));
  const steps = readStepsFile(environment.STEPS_FILE);
  const problems = [
    ...NOT_SUPPORTED.filter((name) => set[name] !== undefined).map(
      (name) => `${name} is not supported yet: leave it out`,
    ),
    ...steps.problems,
    ...unconfiguredSteps(environment.STEPS, steps.options),
    ...fileProblems.map(({ problem }) => problem),
    ...problemsOf(environment).filter((line) => !unreadable.has(line.split(' ', 1)[0] ?? '')),
  ];
  if (problems.length > 0) throw new ConfigurationError(problems);
  return Object.assign(environment, { readyMadeSteps: steps.options });
}

function unconfiguredSteps(named: readonly string[] = [], options: ReadyMadeStepsOptions): readonly string[] {
  return named
    .filter((id) => !Object.hasOwn(options, id))
    .map((id) => `STEPS names ${id}, which STEPS_FILE does not configure`);
}

/** A number where the text is a plain decimal; anything else stays what it is, and is refused. */
function ToNumber(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value,
  );
}
