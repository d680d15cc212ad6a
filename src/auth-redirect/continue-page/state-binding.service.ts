import { Injectable } from '@nestjs/common';
import type { SessionToken } from '../session-token.js';
import { AuthRedirectError } from '../errors.js';
import { digest } from '../replay/digest.js';
import { ReplayStore } from '../replay/replay-store.js';

/**
 * Binds a session token to one state, so that a leaked token cannot be used in another login.
 *
 * Remembers only tokens with a `nonce` or `jti`. Without these claims, two tabs that log in within the same second receive the same token
 * with different states.
 */
@Injectable()
export class StateBindingService {
  constructor(private readonly store: ReplayStore) {}

  /**
   * Binds a session token to the state of its first request.
   *
   * @param compact The compact form of `sessionToken`.
   * @throws AuthRedirectError `session_token_already_used` if the token was used with another state, or is the continue token of another
   *   state. With the same state, the user has refreshed the page.
   */
  async bind(compact: string, sessionToken: SessionToken, state: string): Promise<void> {
    if (isOfAnotherState(sessionToken, state)) throw alreadyUsed(sessionToken);
    if (sessionToken.nonce === undefined && sessionToken.tokenId === undefined) return;
    const stateDigest = digest(state);
    const holding = await this.store.remember(digest(compact), stateDigest, sessionToken.expiresAt);
    if (holding !== stateDigest) throw alreadyUsed(sessionToken);
  }
}

function alreadyUsed({ tenant, subject }: SessionToken): AuthRedirectError {
  return new AuthRedirectError('session_token_already_used', { tenant, subject: digest(tenant, subject) });
}

/**
 * A continue token is signed with the same key, so it would pass as a session token. It contains `state`, but no `ip`. `encodeToken` always
 * writes `ip`; the Action's payload may also contain a `state`.
 */
function isOfAnotherState({ claims }: SessionToken, state: string): boolean {
  return claims.ip === undefined && claims.state !== undefined && claims.state !== state;
}
