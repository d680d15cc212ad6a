import type { AuthRedirectOptions } from '../../auth-redirect/options/auth-redirect.options.js';
import type { BrandingOptions } from '../../auth-redirect/options/branding.options.js';
import type { Environment } from './environment.js';

/** The module's options, as the environment has them. */
export function authRedirectOptions(environment: Environment): AuthRedirectOptions {
  return definedOf({
    issuer: environment.AUTH0_ISSUER,
    secret: environment.AUTH0_SESSION_SECRET,
    secretFile: environment.AUTH0_SESSION_SECRET_FILE,
    previousSecret: environment.AUTH0_SESSION_SECRET_PREVIOUS,
    previousSecretFile: environment.AUTH0_SESSION_SECRET_PREVIOUS_FILE,
    secretsDirectory: environment.AUTH0_SESSION_SECRET_DIRECTORY,
    tenants: environment.tenants,
    continueUrl: environment.AUTH0_CONTINUE_URL,
    continueTokenLifetime: environment.CONTINUE_TOKEN_LIFETIME,
    audience: environment.AUTH0_SESSION_AUDIENCE,
    defaultSteps: environment.STEPS,
    publicUrl: environment.PUBLIC_URL,
    viewsDirectory: environment.VIEWS_DIRECTORY,
    localesDirectory: environment.LOCALES_DIRECTORY,
    branding: brandingOptions(environment),
    signInUrl: environment.SIGN_IN_URL,
  });
}

/** The variable that an option comes from, for a problem with it. */
const VARIABLES: Readonly<Record<string, string>> = {
  secretFile: 'AUTH0_SESSION_SECRET_FILE',
  previousSecretFile: 'AUTH0_SESSION_SECRET_PREVIOUS_FILE',
  'secretsDirectory:': 'AUTH0_SESSION_SECRET_DIRECTORY:',
  publicUrl: 'PUBLIC_URL',
  viewsDirectory: 'VIEWS_DIRECTORY',
  localesDirectory: 'LOCALES_DIRECTORY',
  defaultSteps: 'STEPS',
  steps: 'STEPS_PACKAGE',
  caFile: 'REDIS_CA_FILE',
};

/** A problem with the module's options, in the words of the environment. */
export function inEnvironment(problem: string): string {
  const [name = '', ...rest] = problem.split(' ');
  if (name.startsWith('tenants')) return `TENANTS_FILE ${problem}`;
  return [VARIABLES[name] ?? name, ...rest].join(' ');
}

function brandingOptions(environment: Environment): BrandingOptions {
  return definedOf({
    name: environment.BRAND_NAME,
    logo: environment.BRAND_LOGO,
    color: environment.BRAND_COLOR,
    darkColor: environment.BRAND_COLOR_DARK,
    privacyUrl: environment.PRIVACY_URL,
    supportUrl: environment.SUPPORT_URL,
  });
}

/** Without what is not set. */
function definedOf(values: object): Partial<AuthRedirectOptions & BrandingOptions> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
