import type { AuthRedirectOptions } from '../../auth-redirect/auth-redirect.options.js';
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
    viewsDirectory: environment.VIEWS_DIRECTORY,
    signInUrl: environment.SIGN_IN_URL,
  };
  return {
    issuer: environment.AUTH0_ISSUER,
    secret: environment.AUTH0_SESSION_SECRET,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    onCompleted: (event) => requestLog.completed(event),
    onStep: (event) => requestLog.stepped(event),
    onRefused: (event) => requestLog.refused(event),
  };
}
