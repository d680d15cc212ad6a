/** All faults that begin an outage. `closed` does not. */
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
 * Identifies why Redis cannot answer: a stable code for logs and metrics.
 *
 * - `timeout`: no answer within the deadline
 * - `unreachable`: no connection to the server, to any Sentinel or to any node of the cluster
 * - `connection_lost`: the connection ended before the answer, twice in a row
 * - `tls_failed`: the certificate is not trusted, or the server does not support TLS; for a cluster, this is `unreachable`
 * - `authentication_failed`: the password is wrong or missing
 * - `not_permitted`: the user lacks a command or the keys under the prefix
 * - `read_only`: a replica answers
 * - `overloaded`: too many calls are waiting for Redis
 * - `server_error`: another error of Redis: it is loading its data, is out of memory or cannot write to disk, or its cluster is down
 * - `closed`: the application is shutting down
 *
 * @publicApi
 */
export type RedisFault = (typeof OUTAGES)[number] | 'closed';

/** Faults that last until an operator fixes them. */
export const LASTING: ReadonlySet<RedisFault> = new Set(['tls_failed', 'authentication_failed', 'not_permitted']);

/** Maps an error's code and message to a fault. An error of a Sentinel or a script is quoted inside a longer message. */
const MEANINGS: readonly (readonly [RegExp, RedisFault])[] = [
  [/WRONGPASS|NOAUTH|invalid (?:username-)?password/, 'authentication_failed'],
  [/NOPERM|can't access at least one of the keys/i, 'not_permitted'],
  [/READONLY/, 'read_only'],
  [/^Command timed out/, 'timeout'],
  [/^(?:EPROTO|ERR_(?:TLS|SSL|OSSL)_|CERT_|UNABLE_TO_|\w*SELF_SIGNED_CERT)/, 'tls_failed'],
  [/^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|ETIMEDOUT)/, 'unreachable'],
  [/All sentinels are unreachable|Failed to refresh slots cache/, 'unreachable'],
];

/** Returns the fault of an ioredis error. Do not log the error itself: it may contain an AUTH command. */
export function faultOf(error: unknown): RedisFault {
  // A cluster's error contains the error of the last node.
  const text = ['code', 'message', 'lastNodeError'].map((member) => textOf(error, member)).join(' ');
  const known = MEANINGS.find(([pattern]) => pattern.test(text.trimStart()))?.[1];
  return known ?? (textOf(error, 'name') === 'ReplyError' ? 'server_error' : 'connection_lost');
}

function textOf(error: unknown, member: string): string {
  return typeof error === 'object' && error !== null ? String(Reflect.get(error, member) ?? '') : '';
}
