import { isIPv6 } from 'node:net';
import { findFrameProblem } from '../auth-redirect/validation/problems.js';

export interface RedisAddress {
  readonly form: 'server' | 'sentinel' | 'cluster';
  /** URL with the credentials, the first host and the database. */
  readonly url: string;
  readonly endpoints: { readonly host: string; readonly port: number }[];
  readonly master: string | undefined;
  readonly sentinelPassword: string | undefined;
}

/** The message does not quote the URL, which can contain a password. */
class RedisUrlError extends Error {
  override readonly name = 'RedisUrlError';
}

const PORT_MAX = 65_535;

const EXAMPLES =
  'redis://:password@host:6379/0, rediss:// for TLS, redis+sentinel://host1:26379,host2:26379/mymaster/0, ' +
  'redis+cluster://host1:6379,host2:6379';

const URL_PARTS =
  /^(?<scheme>rediss?)(?:\+(?<kind>sentinel|cluster))?:\/\/(?:(?<userinfo>[^@/?#]*)@)?(?<hosts>[^@/?#]*)(?:\/(?<path>[^@?#]*))?(?:\?(?<query>[^@#]*))?$/;
const ENDPOINT = /^(?:\[(?<address>[\da-f:.]+)\]|(?<name>[a-z\d](?:[\w.-]*[a-z\d])?))(?::(?<port>\d{1,5}))?$/i;
const SENTINEL_QUERY = /^sentinelPassword=(?<password>[^&=]+)$/;

const PATHS = {
  server: [/^(?<database>\d{0,5})$/, 'has a path that is not a database number, like /0'],
  sentinel: [
    /^(?<master>[\w.-]+)(?:\/(?<database>\d{0,5}))?$/,
    'lacks the name of the master after the Sentinels, like /mymaster/0',
  ],
  cluster: [/^0?$/, 'has a path: a cluster has no database except 0'],
} as const;

/**
 * Returns the problem of a Redis URL and its solution, to follow the option's name; undefined if valid. The text does not quote the URL.
 *
 * @publicApi
 */
export function redisUrlProblem(value: unknown): string | undefined {
  try {
    readRedisUrl(value);
    return undefined;
  } catch (error) {
    if (error instanceof RedisUrlError) return error.message;
    throw error;
  }
}

/** @throws RedisUrlError with the text of {@link redisUrlProblem}. */
export function readRedisUrl(value: unknown): RedisAddress {
  if (typeof value !== 'string' || value === '') throw new RedisUrlError(`is missing: ${EXAMPLES}`);
  const problem = findFrameProblem(value);
  if (problem !== undefined) throw new RedisUrlError(problem);
  const parts = URL_PARTS.exec(value)?.groups;
  if (!parts || /[\s\p{Cc}]/u.test(value)) {
    throw new RedisUrlError(`is not a Redis URL: ${EXAMPLES}; percent-encode @ : / ? # and % in a password`);
  }
  const { scheme, kind, userinfo, hosts = '', path = '', query } = parts;
  const form = kind === 'sentinel' || kind === 'cluster' ? kind : 'server';
  if (userinfo !== undefined) checkCredentials(userinfo);
  const endpoints = hosts.split(',').map((host) => endpointOf(host, form === 'sentinel' ? 26_379 : 6379));
  if (form === 'server' && endpoints.length > 1) {
    throw new RedisUrlError('has several hosts: begin it with redis+sentinel:// or redis+cluster://');
  }
  const [pattern, pathProblem] = PATHS[form];
  const place = pattern.exec(path);
  if (!place) throw new RedisUrlError(pathProblem);
  const { master, database = '' } = place.groups ?? {};
  const authority = (userinfo === undefined ? '' : `${userinfo}@`) + hosts.split(',')[0];
  const url = `${scheme}://${authority}/${database}`;
  return { form, url, endpoints, master, sentinelPassword: sentinelPasswordOf(form, query) };
}

function endpointOf(text: string, defaultPort: number): RedisAddress['endpoints'][number] {
  const { address, name, port = defaultPort } = ENDPOINT.exec(text)?.groups ?? {};
  const host = isIPv6(address ?? '') ? address : name;
  if (host === undefined) throw new RedisUrlError('has no host, or one that is neither a name nor an address');
  const isPort = Number(port) >= 1 && Number(port) <= PORT_MAX;
  if (!isPort) throw new RedisUrlError(`has a port that is not from 1 to ${PORT_MAX}`);
  return { host, port: Number(port) };
}

function checkCredentials(userinfo: string): void {
  const [, password = '', ...more] = userinfo.split(':');
  if (more.length > 0) throw new RedisUrlError('has a password with a colon: percent-encode it as %3A');
  if (password === '') {
    throw new RedisUrlError('has a user name without a password: redis://:password@host, redis://user:password@host');
  }
  userinfo.split(':').forEach(decoded);
}

function sentinelPasswordOf(form: RedisAddress['form'], query: string | undefined): string | undefined {
  if (query === undefined) return undefined;
  const password = form === 'sentinel' ? SENTINEL_QUERY.exec(query)?.groups?.password : undefined;
  if (password === undefined)
    throw new RedisUrlError('has a query that is not sentinelPassword=, which only Sentinel URLs accept');
  return decoded(password);
}

/** Rejects quotes around the text: a password with quotes must percent-encode them. */
function decoded(text: string): string {
  if (findFrameProblem(text) !== undefined) {
    throw new RedisUrlError(
      'has quotes around a user name or password: remove them, or percent-encode them as %22 and %27',
    );
  }
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RedisUrlError('has a % in a user name or password that is not percent-encoding: write it as %25');
  }
}
