import type { SessionKey } from '../tenants/session-key.js';
import type { SessionToken } from '../session-token.js';
import type { JsonObject } from '../json.js';

/** What a session token says of itself. */
type Said = Omit<SessionToken, 'nonce' | 'tokenId'> & {
  readonly nonce: string | undefined;
  readonly tokenId: string | undefined;
};

/** A session token that may be answered: whoever made it has verified it, and it cannot be copied or made up. */
export class VerifiedToken implements SessionToken {
  readonly tenant: string;
  readonly issuer: string;
  readonly subject: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  declare readonly nonce?: string;
  declare readonly tokenId?: string;
  readonly claims: JsonObject;
  readonly #key: SessionKey;
  readonly #verifier: object;

  /** @param verifier Vouches for it. */
  constructor({ nonce, tokenId, ...said }: Said, key: SessionKey, verifier: object) {
    this.tenant = said.tenant;
    this.issuer = said.issuer;
    this.subject = said.subject;
    this.issuedAt = said.issuedAt;
    this.expiresAt = said.expiresAt;
    if (nonce !== undefined) this.nonce = nonce;
    if (tokenId !== undefined) this.tokenId = tokenId;
    this.claims = said.claims;
    this.#key = key;
    this.#verifier = verifier;
  }

  /** @returns The key that verified a token; undefined where this verifier does not vouch for it. */
  static keyOf(token: SessionToken, verifier: object): SessionKey | undefined {
    return #key in token && token.#verifier === verifier ? token.#key : undefined;
  }
}
