/** Where a Redis is, read from its URL. */
export interface RedisTarget {
  /** The Redis server, or the Sentinels that know where it is. */
  readonly endpoints: readonly RedisEndpoint[];
  /** The name that Sentinels know the Redis by; undefined where there are none. */
  readonly master: string | undefined;
  readonly tls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly sentinelPassword: string | undefined;
  readonly database: number;
}

interface RedisEndpoint {
  readonly host: string;
  readonly port: number;
}

/** What is wrong with a URL. The message repeats none of it, as it may hold a password. */
class RedisUrlError extends Error {
  override readonly name = 'RedisUrlError';
}

const REDIS_PORT = 6379;
const SENTINEL_PORT = 26_379;
const PORT_MAX = 65_535;

const FORMS = 'redis://:password@host:6379/0, rediss:// for TLS, redis+sentinel://host1:26379,host2:26379/mymaster/0';

const URL_PARTS =
  /^(?<scheme>rediss?)(?<sentinel>\+sentinel)?:\/\/(?:(?<userinfo>[^@/?#]*)@)?(?<hosts>[^@/?#]*)(?:\/(?<path>[^@?#]*))?(?:\?(?<query>[^@#]*))?$/;
const ENDPOINT = /^(?:\[(?<address>[\da-f:.]+)\]|(?<name>[a-z\d](?:[\w.-]*[a-z\d])?))(?::(?<port>\d{1,5}))?$/i;
const DATABASE = /^\d{1,5}$/;
const SENTINEL_PATH = /^(?<master>[\w.-]+)(?:\/(?<database>\d{1,5})?)?$/;
const SENTINEL_QUERY = /^sentinelPassword=(?<password>[^&=]+)$/;

/**
 * Says what is wrong with the URL of a Redis, and what is right, without repeating any of it.
 *
 * @returns Undefined where nothing is wrong.
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

/** @throws RedisUrlError for what {@link redisUrlProblem} tells. */
export function readRedisUrl(value: unknown): RedisTarget {
  if (typeof value !== 'string' || value === '') throw new RedisUrlError(`is missing: ${FORMS}`);
  const parts = URL_PARTS.exec(value)?.groups;
  if (!parts || /[\s\p{Cc}]/u.test(value)) {
    throw new RedisUrlError(`is not a Redis URL: ${FORMS}; in a password, @ : / ? # and % are percent-encoded`);
  }
  const { scheme, sentinel, userinfo, hosts = '', path = '', query } = parts;
  return {
    tls: scheme === 'rediss',
    ...credentialsOf(userinfo),
    ...(sentinel === undefined ? serverOf(hosts, path, query) : sentinelsOf(hosts, path, query)),
  };
}

function serverOf(host: string, path: string, query: string | undefined): Omit<RedisTarget, 'tls' | keyof Credentials> {
  if (host.includes(',')) {
    throw new RedisUrlError(
      'has several hosts: for Sentinels it begins with redis+sentinel://, a cluster is not supported',
    );
  }
  if (query !== undefined) throw new RedisUrlError('has a query: what follows the question mark is not supported');
  if (path !== '' && !DATABASE.test(path)) throw new RedisUrlError('has a path that is no database number, like /0');
  const endpoints = [endpointOf(host, REDIS_PORT)];
  return { endpoints, master: undefined, sentinelPassword: undefined, database: Number(path) };
}

function sentinelsOf(
  hosts: string,
  path: string,
  query: string | undefined,
): Omit<RedisTarget, 'tls' | keyof Credentials> {
  const endpoints = hosts.split(',').map((host) => endpointOf(host, SENTINEL_PORT));
  const { master, database } = SENTINEL_PATH.exec(path)?.groups ?? {};
  if (master === undefined)
    throw new RedisUrlError('lacks the name of the master after the Sentinels, like /mymaster/0');
  const password = query === undefined ? undefined : SENTINEL_QUERY.exec(query)?.groups?.password;
  if (query !== undefined && password === undefined) {
    throw new RedisUrlError('has a query that is not sentinelPassword=, the only one supported');
  }
  return { endpoints, master, sentinelPassword: decoded(password), database: Number(database ?? 0) };
}

function endpointOf(text: string, defaultPort: number): RedisEndpoint {
  const { address, name, port } = ENDPOINT.exec(text)?.groups ?? {};
  const host = address ?? name;
  if (host === undefined) throw new RedisUrlError('has no host, or one that is neither a name nor an address');
  const number = Number(port ?? defaultPort);
  if (number < 1 || number > PORT_MAX) throw new RedisUrlError(`has a port that is not from 1 to ${PORT_MAX}`);
  return { host, port: number };
}

type Credentials = Pick<RedisTarget, 'username' | 'password'>;

function credentialsOf(userinfo: string | undefined): Credentials {
  if (userinfo === undefined) return { username: undefined, password: undefined };
  const [username = '', password = '', ...more] = userinfo.split(':');
  if (more.length > 0) throw new RedisUrlError('has a password with a colon: percent-encode it as %3A');
  if (password === '') {
    throw new RedisUrlError('has a user name without a password: redis://:password@host, redis://user:password@host');
  }
  return { username: username === '' ? undefined : decoded(username), password: decoded(password) };
}

function decoded(text: string): string;
function decoded(text: string | undefined): string | undefined;
function decoded(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RedisUrlError('has a % in a user name or password that is not percent-encoding: write it as %25');
  }
}
