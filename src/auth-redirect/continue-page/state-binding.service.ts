import { Injectable } from '@nestjs/common';
import type { SessionToken } from '../session-token.js';
import { AuthRedirectError } from '../errors.js';
import { digest } from '../replay/digest.js';
import { ReplayStore } from '../replay/replay-store.js';

/**
 * Lets one session token answer for one state, so that a token that leaked is worth nothing in another login.
 *
 * Only a token with a `nonce` or `jti` is bound: without one, two tabs that log in within the same second legitimately get
 * the same token with different states.
 */
@Injectable()
export class StateBindingService {
  /** Of one login two tokens are bound to the same state, one after the other: one digest, and one text in the store. */
  #last = { state: '', digest: '' };

  constructor(private readonly store: ReplayStore) {}

  /**
   * @param compact The token that is bound: the one that `sessionToken` was read from, or its answer. One token has one
   *   spelling.
   * @throws AuthRedirectError `session_token_already_used` where it was seen with another state. The same state again is a
   *   refreshed page, and fine.
   */
  async bind(compact: string, sessionToken: SessionToken, state: string): Promise<void> {
    if (sessionToken.nonce === undefined && sessionToken.tokenId === undefined) return;
    if (this.#last.state !== state) this.#last = { state, digest: digest(state) };
    const { digest: stateDigest } = this.#last;
    const holding = await this.store.remember(digest(compact), stateDigest, sessionToken.expiresAt);
    if (holding !== stateDigest) {
      const { tenant, subject } = sessionToken;
      throw new AuthRedirectError('session_token_already_used', { tenant, subject: digest(tenant, subject) });
    }
  }
}
