/** All that an outage begins with. The end of the application is none. */
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
 * Why Redis cannot answer: a stable word for logs and metrics.
 *
 * - `timeout`: no answer within the deadline
 * - `unreachable`: no connection, or none of the Sentinels has one
 * - `connection_lost`: the connection ended while an answer was awaited
 * - `tls_failed`: the certificate is not accepted, or the server speaks no TLS
 * - `authentication_failed`: the password is wrong or missing
 * - `not_permitted`: the user lacks a command or the keys under the prefix
 * - `read_only`: a replica answers
 * - `overloaded`: more calls wait than are kept waiting
 * - `server_error`: Redis answers with another error: it loads its data, has no memory left, cannot write its disk
 * - `closed`: the application ends
 *
 * @publicApi
 */
export type RedisFault = (typeof OUTAGES)[number] | 'closed';

/** Faults that do not pass by themselves: a person has to change something. */
export const LASTING_FAULTS: ReadonlySet<RedisFault> = new Set([
  'tls_failed',
  'authentication_failed',
  'not_permitted',
]);

/** Redis cannot answer now. It has no `cause`: errors of the client hold the command, and with it perhaps the password. */
export class RedisUnavailable extends Error {
  override readonly name = 'RedisUnavailable';

  constructor(readonly fault: RedisFault) {
    super(fault);
  }
}

const BY_CODE: readonly (readonly [RegExp, RedisFault])[] = [
  [/^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|ETIMEDOUT)$/, 'unreachable'],
  [/^(?:EPROTO|ERR_TLS_.*|ERR_SSL_.*|CERT_.*|UNABLE_TO_.*|.*SELF_SIGNED_CERT.*|ERR_OSSL_.*)$/, 'tls_failed'],
];

/** A Sentinel's refusal is quoted within the client's own message, a script's within that of the script. */
const BY_MESSAGE: readonly (readonly [RegExp, RedisFault])[] = [
  [/WRONGPASS|NOAUTH|invalid (?:username-)?password/, 'authentication_failed'],
  [/NOPERM|can't access at least one of the keys/i, 'not_permitted'],
  [/READONLY/, 'read_only'],
  [/All sentinels are unreachable/, 'unreachable'],
];

/** @param error Whatever the client threw. */
export function faultOf(error: unknown): RedisFault {
  if (error instanceof RedisUnavailable) return error.fault;
  return (
    BY_CODE.find(([pattern]) => pattern.test(textOf(error, 'code')))?.[1] ??
    BY_MESSAGE.find(([pattern]) => pattern.test(textOf(error, 'message')))?.[1] ??
    (textOf(error, 'name') === 'ReplyError' ? 'server_error' : 'connection_lost')
  );
}

function textOf(error: unknown, member: 'code' | 'message' | 'name'): string {
  return typeof error === 'object' && error !== null ? String(Reflect.get(error, member) ?? '') : '';
}
