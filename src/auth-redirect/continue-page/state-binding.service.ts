import { Injectable } from '@nestjs/common';
import type { SessionToken } from '../session-token.js';
import { AuthRedirectError } from '../errors.js';
import { digest } from '../replay/digest.js';
import { ReplayStore } from '../replay/replay-store.js';

/**
 * Binds a session token to one state, so that a leaked token is of no use in another login.
 *
 * Binds only tokens with a `nonce` or `jti`: without one, two tabs that log in within the same second legitimately get the same
 * token with different states.
 */
@Injectable()
export class StateBindingService {
  constructor(private readonly store: ReplayStore) {}

  /**
   * Binds a token to a state.
   *
   * @param compact The compact form of `sessionToken`.
   * @throws AuthRedirectError `session_token_already_used` if the token was seen with another state, or is the continue token of
   *   another state. The same state again is a refreshed page.
   */
  async bind(compact: string, sessionToken: SessionToken, state: string): Promise<void> {
    if (sessionToken.nonce === undefined && sessionToken.tokenId === undefined) return;
    const stateDigest = digest(state);
    const holding = isOfAnotherState(sessionToken, state)
      ? undefined
      : await this.store.remember(digest(compact), stateDigest, sessionToken.expiresAt);
    if (holding !== stateDigest) {
      const { tenant, subject } = sessionToken;
      throw new AuthRedirectError('session_token_already_used', { tenant, subject: digest(tenant, subject) });
    }
  }
}

/**
 * A continue token is signed by the same key, so it would pass for a session token of the same login. It has a `state` and no `ip`;
 * `encodeToken` always writes `ip`, and an Action may add a `state` of its own, such as that of an address.
 */
function isOfAnotherState({ claims }: SessionToken, state: string): boolean {
  return claims.ip === undefined && claims.state !== undefined && claims.state !== state;
}
