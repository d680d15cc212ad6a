import type { RefusalCode } from '../../auth-redirect/errors.js';

/** Why a return is not taken, as a stable word for the log; where a check of the session token serves here too, its own word. */
export type ReturnRefusalCode =
  | RefusalCode
  | 'token_missing'
  | 'token_repeated'
  | 'algorithm_unexpected'
  | 'key_unknown'
  | 'key_ambiguous'
  | 'key_not_usable'
  | 'keys_unavailable'
  | 'issuer_unexpected'
  | 'audience_unexpected'
  | 'handle_missing'
  | 'handle_invalid'
  | 'handle_expired'
  | 'handle_used'
  | 'claims_too_large';

/** A return that is not taken. It holds nothing of what came. */
export class ReturnRefusal extends Error {
  override readonly name = 'ReturnRefusal';

  constructor(readonly code: ReturnRefusalCode) {
    super(code);
  }
}
