import type { JsonObject } from '../../auth-redirect/json.js';

/** Names the reason for a rejected second account, for the log. */
export type LinkRefusalCode =
  | 'attempt_unknown'
  | 'attempt_used'
  | 'not_finished'
  | 'code_rejected'
  | 'client_rejected'
  | 'answer_invalid'
  | 'tenant_unavailable'
  | 'issuer_unexpected'
  | 'access_token_hash_invalid'
  | 'auth_time_invalid'
  | 'login_not_fresh'
  | 'sub_invalid'
  | 'same_account'
  | 'email_not_verified'
  | 'email_differs'
  | 'first_email_not_verified';

/** A rejected second account. Contains no data of the accounts. */
export class LinkRefusal extends Error {
  override readonly name = 'LinkRefusal';

  /** @param detail An error code of the tenant or of openid-client, for the log. */
  constructor(
    readonly code: LinkRefusalCode,
    readonly detail?: string,
  ) {
    super(code);
  }
}

/** Codes of openid-client for the answers of a faulty tenant. */
const UNAVAILABLE = [
  'OAUTH_TIMEOUT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_PARSE_ERROR',
];

/** Returns the refusal for an error of openid-client or of the connection. */
export function linkRefusalOf(error: unknown): LinkRefusal {
  if (error instanceof LinkRefusal) return error;
  const { code, error: oauthError, cause }: JsonObject = fieldsOf(error);
  const refusal = (word: LinkRefusalCode, detail: unknown = code): LinkRefusal => new LinkRefusal(word, plain(detail));
  switch (code) {
    case 'OAUTH_AUTHORIZATION_RESPONSE_ERROR':
      return refusal('not_finished', oauthError);
    case 'OAUTH_RESPONSE_BODY_ERROR':
      return refusal(oauthError === 'invalid_grant' ? 'code_rejected' : 'client_rejected', oauthError);
    default:
      return isInvalidAnswer(code)
        ? refusal('answer_invalid')
        : refusal('tenant_unavailable', fieldsOf(cause).code ?? code);
  }
}

/** `code` and `cause` of an error are not enumerable everywhere. */
function fieldsOf(error: unknown): JsonObject {
  if (typeof error !== 'object' || error === null) return {};
  const names = ['code', 'error', 'cause'] as const;
  return Object.fromEntries(names.map((name) => [name, Reflect.get(error, name)]));
}

/** Anyone can write `error` into the address of a return. */
function plain(detail: unknown): string | undefined {
  return typeof detail === 'string' && /^\w{1,60}$/.test(detail) ? detail : undefined;
}

function isInvalidAnswer(code: unknown): boolean {
  return typeof code === 'string' && code.startsWith('OAUTH_') && !UNAVAILABLE.includes(code);
}
