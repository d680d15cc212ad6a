import { AuthRedirectOptions } from '../../src/auth-redirect/options/auth-redirect.options.js';
import { ContinueTokenService } from '../../src/auth-redirect/token/continue-token.service.js';
import { TenantsService } from '../../src/auth-redirect/tenants/tenants.service.js';
import { FrozenClock } from '../../src/testing/frozen-clock.js';
import { ISSUER, NOW, SECRET } from './tokens.js';

/** Returns the real service with a frozen clock. */
export function continueTokens(
  overrides: Partial<AuthRedirectOptions> = {},
  clock = new FrozenClock(NOW * 1000),
): ContinueTokenService {
  const options = Object.assign(new AuthRedirectOptions(), { issuer: ISSUER, secret: SECRET, ...overrides });
  return new ContinueTokenService(new TenantsService(options), clock);
}

/** Returns the error of a call. Fails the test if the call does not throw. */
export function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
