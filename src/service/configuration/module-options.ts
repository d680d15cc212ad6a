import { AuthRedirectOptions } from '../../auth-redirect/options/auth-redirect.options.js';
import { BrandingOptions } from '../../auth-redirect/options/branding.options.js';
import { problemsOf } from '../../auth-redirect/validation/validate.js';

/** Variables that TENANTS_FILE replaces. */
export const ONE_TENANT = {
  issuer: 'AUTH0_ISSUER',
  secret: 'AUTH0_SESSION_SECRET',
  secretFile: 'AUTH0_SESSION_SECRET_FILE',
  previousSecret: 'AUTH0_SESSION_SECRET_PREVIOUS',
  previousSecretFile: 'AUTH0_SESSION_SECRET_PREVIOUS_FILE',
  secretsDirectory: 'AUTH0_SESSION_SECRET_DIRECTORY',
  continueUrl: 'AUTH0_CONTINUE_URL',
} as const;

const OPTIONS = {
  ...ONE_TENANT,
  continueTokenLifetime: 'CONTINUE_TOKEN_LIFETIME',
  continuePage: 'CONTINUE_PAGE',
  sessionTokenParameter: 'SESSION_TOKEN_PARAMETER',
  continueTokenParameter: 'CONTINUE_TOKEN_PARAMETER',
  audience: 'AUTH0_SESSION_AUDIENCE',
  defaultSteps: 'STEPS',
  publicUrl: 'PUBLIC_URL',
  viewsDirectory: 'VIEWS_DIRECTORY',
  localesDirectory: 'LOCALES_DIRECTORY',
  signInUrl: 'SIGN_IN_URL',
} as const;

const BRANDING = {
  name: 'BRAND_NAME',
  logo: 'BRAND_LOGO',
  color: 'BRAND_COLOR',
  darkColor: 'BRAND_COLOR_DARK',
  privacyUrl: 'PRIVACY_URL',
  supportUrl: 'SUPPORT_URL',
} as const;

export const VARIABLES: Readonly<Record<string, string>> = {
  ...OPTIONS,
  ...Object.fromEntries(Object.entries(BRANDING).map(([option, variable]) => [`branding.${option}`, variable])),
  steps: 'STEPS_PACKAGE',
  stepRules: 'STEPS_FILE',
  caFile: 'REDIS_CA_FILE',
};

/**
 * @param variables The set variables, some converted.
 * @param tenants The content of TENANTS_FILE; undefined if unset.
 */
export function moduleOptions(variables: object, tenants: readonly unknown[] | undefined): AuthRedirectOptions {
  // Skips the constructor, whose fields include hooks: validation rejects members without a rule.
  const options: AuthRedirectOptions = Object.create(AuthRedirectOptions.prototype);
  const branding = Object.assign(new BrandingOptions(), named(BRANDING, variables));
  return Object.assign(options, named(OPTIONS, variables), { branding }, tenants && { tenants });
}

/** Returns a line for each problem. The caller reports an empty list of tenants, and variables that TENANTS_FILE replaces. */
export function optionProblems(options: AuthRedirectOptions): readonly string[] {
  return problemsOf(options, 'unknown properties rejected')
    .filter((problem) => !/^tenants (?:is empty|and )/.test(problem))
    .map(inEnvironment);
}

const RULES = 'stepRules.';

export function inEnvironment(problem: string): string {
  if (problem.startsWith('tenants')) return `TENANTS_FILE ${problem}`;
  if (problem.startsWith(RULES)) return `STEPS_FILE ${problem.slice(RULES.length)}`;
  return problem.replace(/^[\w.]+/, (option) => VARIABLES[option] ?? option);
}

export function named(names: Readonly<Record<string, string>>, variables: object): Record<string, unknown> {
  const values = Object.entries(names).map(([option, variable]) => [option, Reflect.get(variables, variable)] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}
