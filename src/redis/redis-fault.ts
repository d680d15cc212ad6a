/** Faults that begin an outage: all but `closed`. */
export const OUTAGES = [
  'timeout',
  'unreachable',
  'connection_lost',
  'tls_failed',
  'authentication_failed',
  'not_permitted',
  'read_only',
  'overloaded',
  'server_error',
] as const;

/**
 * Names why Redis cannot answer.
 *
 * - `timeout`: no answer within the deadline
 * - `unreachable`: no connection to the server, any Sentinel or any node of the cluster
 * - `connection_lost`: the connection ended before the answer, twice in a row
 * - `tls_failed`: untrusted certificate, or a server without TLS; for a cluster, `unreachable`
 * - `authentication_failed`: wrong or missing password
 * - `not_permitted`: the user lacks a command or the keys under the prefix
 * - `read_only`: a replica answers
 * - `overloaded`: too many waiting calls
 * - `server_error`: another error: Redis is loading its data, out of memory or unable to write to disk, or its cluster is down
 * - `closed`: the application is shutting down
 *
 * @publicApi
 */
export type RedisFault = (typeof OUTAGES)[number] | 'closed';

/** Faults that last until an operator fixes them. */
export const LASTING: ReadonlySet<RedisFault> = new Set(['tls_failed', 'authentication_failed', 'not_permitted']);

/** A longer message can quote an error of a Sentinel or a script. */
const MEANINGS: readonly (readonly [RegExp, RedisFault])[] = [
  [/WRONGPASS|NOAUTH|invalid (?:username-)?password/, 'authentication_failed'],
  [/NOPERM|can't access at least one of the keys/i, 'not_permitted'],
  [/READONLY/, 'read_only'],
  [/^Command timed out/, 'timeout'],
  [/^(?:EPROTO|ERR_(?:TLS|SSL|OSSL)_|CERT_|UNABLE_TO_|\w*SELF_SIGNED_CERT)/, 'tls_failed'],
  [/^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|ETIMEDOUT)/, 'unreachable'],
  [/All sentinels are unreachable|Failed to refresh slots cache/, 'unreachable'],
];

/** Do not log the error itself: it may contain an AUTH command. */
export function faultOf(error: unknown): RedisFault {
  // `lastNodeError` is the error of a cluster's last node.
  const text = ['code', 'message', 'lastNodeError'].map((member) => textOf(error, member)).join(' ');
  const known = MEANINGS.find(([pattern]) => pattern.test(text.trimStart()))?.[1];
  return known ?? (textOf(error, 'name') === 'ReplyError' ? 'server_error' : 'connection_lost');
}

function textOf(error: unknown, member: string): string {
  return typeof error === 'object' && error !== null ? String(Reflect.get(error, member) ?? '') : '';
}
