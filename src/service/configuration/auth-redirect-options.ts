import type { AuthRedirectOptions } from '../../auth-redirect/auth-redirect.options.js';
import type { BrandingOptions } from '../../auth-redirect/branding/branding.options.js';
import type { RequestLog } from '../logging/request-log.js';
import type { Environment } from './environment.js';

/** The module's options, as the environment has them. */
export function authRedirectOptions(environment: Environment, requestLog: RequestLog): AuthRedirectOptions {
  const optional = {
    previousSecret: environment.AUTH0_SESSION_SECRET_PREVIOUS,
    continueUrl: environment.AUTH0_CONTINUE_URL,
    continueTokenLifetime: environment.CONTINUE_TOKEN_LIFETIME,
    audience: environment.AUTH0_SESSION_AUDIENCE,
    defaultSteps: environment.STEPS,
    publicUrl: environment.PUBLIC_URL,
    viewsDirectory: environment.VIEWS_DIRECTORY,
    localesDirectory: environment.LOCALES_DIRECTORY,
    branding: brandingOptions(environment),
    signInUrl: environment.SIGN_IN_URL,
  };
  return {
    issuer: environment.AUTH0_ISSUER,
    secret: environment.AUTH0_SESSION_SECRET,
    ...definedOf(optional),
    onCompleted: (event) => requestLog.completed(event),
    onStep: (event) => requestLog.stepped(event),
    onRefused: (event) => requestLog.refused(event),
  };
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
