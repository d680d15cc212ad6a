import type { ConfigService } from '@nestjs/config';
import type { AuthRedirectOptions } from '../../auth-redirect/auth-redirect.options.js';
import type { RequestLog } from '../logging/request-log.js';
import type { Environment } from './environment.js';

/** The module's options, as the environment has them. */
export function authRedirectOptions(
  config: ConfigService<Environment, true>,
  requestLog: RequestLog,
): AuthRedirectOptions {
  const optional = {
    previousSecret: config.get('AUTH0_SESSION_SECRET_PREVIOUS', { infer: true }),
    continueUrl: config.get('AUTH0_CONTINUE_URL', { infer: true }),
    continueTokenLifetime: config.get('CONTINUE_TOKEN_LIFETIME', { infer: true }),
    audience: config.get('AUTH0_SESSION_AUDIENCE', { infer: true }),
    defaultSteps: config.get('STEPS', { infer: true }),
    viewsDirectory: config.get('VIEWS_DIRECTORY', { infer: true }),
    signInUrl: config.get('SIGN_IN_URL', { infer: true }),
  };
  return {
    issuer: config.get('AUTH0_ISSUER', { infer: true }),
    secret: config.get('AUTH0_SESSION_SECRET', { infer: true }),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    onCompleted: (event) => requestLog.completed(event),
    onStep: (event) => requestLog.stepped(event),
    onRefused: (event) => requestLog.refused(event),
  };
}
