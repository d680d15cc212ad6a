import { Logger } from '@nestjs/common';
import { Cluster, Redis } from 'ioredis';
import { SystemClock } from '../../src/auth-redirect/clock.js';
import { RedisReplayStore, redisUrlProblem } from '../../src/redis/index.js';
import { createRedisClient } from '../../src/redis/redis-client.js';
import { completeOptions } from '../../src/redis/redis-replay-store.options.js';
import { readRedisUrl } from '../../src/redis/redis-url.js';

const SECRET = 's3cret';

const LONG_URL = 'redis+sentinel://:pass@one:26380,two/main/2?sentinelPassword=a%26b';

describe('the URL of a Redis', () => {
  beforeEach(() => {
    // The constructors parse the URL without connecting.
    jest.spyOn(Redis.prototype, 'connect').mockResolvedValue();
    jest.spyOn(Cluster.prototype, 'connect').mockResolvedValue();
  });
  afterEach(() => jest.restoreAllMocks());

  const clientOf = (url: string) => createRedisClient(completeOptions({ url }, new Logger()));

  it.each([
    ['redis://localhost', { host: 'localhost', port: 6379, db: 0, password: null }],
    ['redis://redis_1:7000/', { host: 'redis_1', port: 7000, db: 0 }],
    ['redis://:p%40ss@10.0.0.1/3', { host: '10.0.0.1', port: 6379, db: 3, username: '', password: 'p@ss' }],
    ['rediss://app:pass%3A%2F@redis.example:6380', { port: 6380, username: 'app', password: 'pass:/', tls: {} }],
    ['redis://:%22quoted%27s%22@host', { password: '"quoted\'s"' }],
    ["redis://:it's@host", { password: "it's" }],
    ['redis://[::1]:6379', { host: '::1', port: 6379 }],
    [
      LONG_URL,
      {
        sentinels: [
          { host: 'one', port: 26_380 },
          { host: 'two', port: 26_379 },
        ],
        name: 'main',
        db: 2,
        password: 'pass',
        sentinelPassword: 'a&b',
        enableTLSForSentinelMode: false,
      },
    ],
    ['rediss+sentinel://one/main', { name: 'main', db: 0, tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true }],
  ])('configures a client of a server: %s', (url, options) => {
    expect(redisUrlProblem(url)).toBeUndefined();
    const client = clientOf(url);
    expect(client).toBeInstanceOf(Redis);
    expect(client.options).toMatchObject({ keyPrefix: 'auth-redirect:', ...options });
  });

  it.each([
    ['redis+cluster://one', ['one:6379'], { username: '', password: '' }],
    ['redis+cluster://one:7000,[::1]:7001,10.0.0.1/', ['one:7000', '::1:7001', '10.0.0.1:6379'], {}],
    ['rediss+cluster://app:p%40ss@one,two/0', ['one:6379', 'two:6379'], { username: 'app', password: 'p@ss', tls: {} }],
  ])('configures a client of a cluster: %s', (url, nodes, redisOptions) => {
    expect(redisUrlProblem(url)).toBeUndefined();
    const client = clientOf(url);
    expect(client).toBeInstanceOf(Cluster);
    expect(client.options).toMatchObject({ keyPrefix: 'auth-redirect:', redisOptions });
    expect(readRedisUrl(url).endpoints.map(({ host, port }) => `${host}:${port}`)).toEqual(nodes);
  });

  it.each([
    [undefined, 'is missing: redis://'],
    ['', 'is missing: redis://'],
    [7, 'is missing: redis://'],
    [`http://:${SECRET}@host`, 'is not a Redis URL: redis://'],
    [`redis://:${SECRET}@x@host`, 'percent-encode @ : / ? # and % in a password'],
    [`redis://:${SECRET}/x@host`, 'is not a Redis URL'],
    [`redis://:${SECRET}@host #`, 'is not a Redis URL'],
    [`redis://:${SECRET}:more@host`, 'has a password with a colon: percent-encode it as %3A'],
    [`redis://:${SECRET}%@host`, 'has a % in a user name or password'],
    [`redis://${SECRET}@host`, 'has a user name without a password'],
    [`redis://:${SECRET}@`, 'has no host'],
    [`redis://:${SECRET}@ho$t`, 'has no host, or one that is neither a name nor an address'],
    [`redis://:${SECRET}@host:0`, 'has a port that is not from 1 to 65535'],
    [`redis://:${SECRET}@host:65536`, 'has a port that is not from 1 to 65535'],
    [`redis://:${SECRET}@host/main`, 'has a path that is not a database number'],
    [`redis://:${SECRET}@host?family=6`, 'has a query'],
    [`redis://:${SECRET}@[1:2]`, 'has no host, or one that is neither a name nor an address'],
    [`redis://a%4:1${SECRET}@host`, 'has a % in a user name or password'],
    [`redis://:${SECRET}@one,two`, 'has several hosts: begin it with redis+sentinel:// or redis+cluster://'],
    [`redis+sentinel://:${SECRET}@one,two`, 'lacks the name of the master'],
    [`redis+sentinel://:${SECRET}@one/main/x`, 'lacks the name of the master'],
    [`redis+sentinel://:${SECRET}@one,,two/main`, 'has no host'],
    [`redis+sentinel://one/main?password=${SECRET}`, 'has a query that is not sentinelPassword='],
    [`redis+sentinel://one/main?sentinelPassword=${SECRET}%`, 'has a % in a user name or password'],
    [`redis+cluster://:${SECRET}@one,two/1`, 'has a path: a cluster has no database except 0'],
    [`redis+cluster://:${SECRET}@one,,two`, 'has no host'],
    [`redis+cluster://one?sentinelPassword=${SECRET}`, 'has a query'],
    [`redis+clusters://:${SECRET}@one`, 'is not a Redis URL'],
    [`"redis://:${SECRET}@host"`, 'is in quotes, which would be part of it: remove them'],
    [`'redis://:${SECRET}@host'`, 'is in quotes'],
    [`redis://:"${SECRET}"@host`, 'has quotes around a user name or password: remove them'],
    [`redis://'app':${SECRET}@host`, 'has quotes around a user name or password'],
    [`redis+sentinel://one/main?sentinelPassword='${SECRET}'`, 'has quotes around a user name or password'],
  ])('is rejected with a reason that does not repeat its password: %s', (url, problem) => {
    expect(redisUrlProblem(url)).toContain(problem);
    expect(redisUrlProblem(url)).not.toContain(SECRET);
  });
});

describe('the options of the store', () => {
  it('are rejected with every problem at once', () => {
    const options = {
      url: `redis://${SECRET}@host`,
      keyPrefix: 'with space',
      deadline: 5,
      caFile: '/nowhere.pem',
      whenUnavailable: 'hope' as 'allow',
    };
    expect(() => new RedisReplayStore(options, new SystemClock())).toThrow(
      expect.objectContaining({
        code: 'options_invalid',
        problems: [
          'url has a user name without a password: redis://:password@host, redis://user:password@host',
          'keyPrefix is not 1 to 100 ASCII characters without spaces',
          'deadline is not a whole number of milliseconds from 10 to 10000',
          'whenUnavailable is neither allow nor refuse',
          'caFile names a file that does not exist (ENOENT)',
        ],
      }),
    );
  });
});
