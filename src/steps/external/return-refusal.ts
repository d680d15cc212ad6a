import type { RefusalCode } from '../../auth-redirect/errors.js';

/** Names the reason for a rejected return, for the log. Checks that session tokens share have the same codes. */
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
  | 'claims_too_large'
  | 'result_failed'
  | 'start_failed'
  | 'address_not_allowed'
  | 'session_not_usable';

/** A rejected return. Contains no data of the request. */
export class ReturnRefusal extends Error {
  override readonly name = 'ReturnRefusal';

  /** @param detail For the log: the code of a failed request. */
  constructor(
    readonly code: ReturnRefusalCode,
    readonly detail?: string,
  ) {
    super(code);
  }
}

/** Returns the refusal for an error of jose, which has a stable code. */
export function returnRefusalOf(
  error: unknown,
  refusals: Readonly<Record<string, ReturnRefusalCode>>,
  otherwise: ReturnRefusalCode,
): ReturnRefusal {
  if (error instanceof ReturnRefusal) return error;
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return new ReturnRefusal(refusals[code] ?? otherwise);
}
